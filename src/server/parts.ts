import type { Config } from '../config/config.ts';
import type { SigningKey } from '../core/signatures.ts';
import type { MailSender } from '../engine/mail/mailer.ts';
import type { Network } from '../engine/outgoing.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../kernel/database.ts';
import type { DecisionLog } from '../kernel/decisions.ts';
import type { Log } from '../kernel/log.ts';
import type { Policy } from '../kernel/questions.ts';
import type { ModuleProbe } from '../modules/index.ts';

export type { MailSender } from '../engine/mail/mailer.ts';
export type { Network } from '../engine/outgoing.ts';

/** What a server is made of that differs between production and tests. */
export interface Parts {
  readonly config: Config;
  readonly signingKey: SigningKey;
  readonly database: Database;
  readonly mediaFolder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** In production replies are not checked against their schemas, and the process is measured. */
  readonly production: boolean;
  readonly tests?: TestParts;
}

/** Where tests stand between the server and its surroundings. */
export interface TestParts {
  /** Before the modules: sees there what is asked. */
  readonly watch?: ((modules: Policy) => Policy) | undefined;
  /** Around each callback. */
  readonly probe?: ModuleProbe | undefined;
  /** Before the decision trail. */
  readonly decisions?: ((trail: DecisionLog) => DecisionLog) | undefined;
  /** In the place of the network. */
  readonly network?: Network | undefined;
  /** In the place of the mail server. */
  readonly mailer?: MailSender | undefined;
}
