import ipaddr from 'ipaddr.js';
import type { Config } from '../../config/config.ts';
import { forbidden } from '../../kernel/errors.ts';
import type { Flow } from '../uia/flow.ts';

/**
 * What somebody who registers has to go through.
 * @param ip from where they come
 * @throws M_FORBIDDEN when they may not register at all
 */
export function registrationFlows({ registration, mail }: Pick<Config, 'registration' | 'mail'>, ip: string): readonly Flow[] {
  if (registration.mode === 'closed') throw forbidden('Registration is closed on this server; ask its administrator for an account');
  if (registration.mode === 'open' && registration.open_to === 'loopback' && !isLoopback(ip)) {
    throw forbidden('On this server people can register only from the machine that it runs on; ask its administrator for an account');
  }
  const stages = stagesFor(registration);
  if (mail === undefined) return [stages.length === 0 ? ['m.login.dummy'] : stages];
  const withEmail = [...stages, 'm.login.email.identity'];
  // No flow may be the beginning of another, or nobody would ever come to the address.
  return registration.requires_email ? [withEmail] : [withEmail, [...stages, 'm.login.dummy']];
}

const stagesFor = ({ mode, captcha, terms }: Config['registration']): Flow => [
  ...(mode === 'token' ? ['m.login.registration_token'] : []),
  ...(captcha === undefined ? [] : ['m.login.recaptcha']),
  ...(terms === undefined ? [] : ['m.login.terms']),
];

const isLoopback = (ip: string): boolean => ipaddr.isValid(ip) && ipaddr.process(ip).range() === 'loopback';
