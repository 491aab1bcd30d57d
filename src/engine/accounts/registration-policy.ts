import ipaddr from 'ipaddr.js';
import type { Config } from '../../config/config.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Flow } from '../uia/flow.ts';

/**
 * What somebody who registers has to go through.
 * @param ip from where they come
 * @throws M_FORBIDDEN when they may not register at all
 */
export function registrationFlows(settings: Config['registration'], ip: string): readonly Flow[] {
  switch (settings.mode) {
    case 'closed':
      throw forbidden('Registration is closed on this server; ask its administrator for an account');
    case 'token':
      return [['m.login.registration_token', ...extras(settings)]];
    case 'open':
      if (settings.open_to === 'loopback' && !isLoopback(ip)) {
        throw forbidden('On this server people can register only from the machine that it runs on; ask its administrator for an account');
      }
      return [extras(settings).length === 0 ? ['m.login.dummy'] : extras(settings)];
  }
}

const extras = ({ captcha, terms }: Config['registration']): Flow => [
  ...(captcha === undefined ? [] : ['m.login.recaptcha']),
  ...(terms === undefined ? [] : ['m.login.terms']),
];

const isLoopback = (ip: string): boolean => ipaddr.isValid(ip) && ipaddr.process(ip).range() === 'loopback';
