import type { Config } from '../../config/config.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Reader } from '../../kernel/database.ts';
import type { Outgoing } from '../outgoing.ts';
import type { SingleSignOn } from '../sso/single-sign-on.ts';
import { captchaStage } from './captcha-stage.ts';
import { dummyStage } from './dummy-stage.ts';
import { emailStage } from './email-stage.ts';
import { registrationTokenStage } from './registration-token-stage.ts';
import { ssoStage } from './sso-stage.ts';
import type { Stage } from './stage.ts';
import { termsStage } from './terms-stage.ts';

interface StageServices {
  readonly reader: Reader;
  readonly clock: Clock;
  readonly outgoing: Outgoing;
  readonly sso: SingleSignOn;
}

/** The stages that the configuration has; what one can log in by is a stage as well (proof-stage.ts). */
export function stagesOf({ registration, mail }: Config, { reader, clock, outgoing, sso }: StageServices): readonly Stage[] {
  const { terms, captcha } = registration;
  return [
    dummyStage,
    registrationTokenStage(reader, clock),
    ...(terms === undefined ? [] : [termsStage(terms)]),
    ...(captcha === undefined ? [] : [captchaStage(captcha, outgoing)]),
    ...(mail === undefined ? [] : [emailStage(reader, clock)]),
    ...(sso.providers.length === 0 ? [] : [ssoStage(sso, reader)]),
  ];
}
