import type { GateName, ListenerName, QuestionName } from './questions.ts';
import type { ContractArea } from './contract/line.ts';
import { ACCOUNTS } from './contract/accounts.ts';
import { ADMINISTRATION } from './contract/administration.ts';
import { BACKGROUND } from './contract/background.ts';
import { DECISIONS } from './contract/decisions.ts';
import { DISCOVERY } from './contract/discovery.ts';
import { ENCRYPTION } from './contract/encryption.ts';
import { FINDING } from './contract/finding.ts';
import { MEDIA } from './contract/media.ts';
import { MODERATION } from './contract/moderation.ts';
import { MODULES } from './contract/modules.ts';
import { PUSH } from './contract/push.ts';
import { READING } from './contract/reading.ts';
import { ROOMS } from './contract/rooms.ts';
import { SIGNALS } from './contract/signals.ts';
import { SYNC } from './contract/sync.ts';

/** Which operation passes which points: the whole policy of the server on one page. An operation without a line here does not compile. */
export const CONTRACT = {
  ...ACCOUNTS,
  ...ADMINISTRATION,
  ...BACKGROUND,
  ...DECISIONS,
  ...DISCOVERY,
  ...ENCRYPTION,
  ...FINDING,
  ...MEDIA,
  ...MODERATION,
  ...MODULES,
  ...PUSH,
  ...READING,
  ...ROOMS,
  ...SIGNALS,
  ...SYNC,
} as const satisfies ContractArea;

export type Contract = typeof CONTRACT;
export type OperationName = keyof Contract;

type Names<Line, Phase extends string> = Line extends { readonly [P in Phase]: readonly (infer Name)[] } ? Name : never;
export type BeforeOf<N extends OperationName> = Names<Contract[N], 'before'> & QuestionName;
export type AsksOf<N extends OperationName> = Names<Contract[N], 'asks'> & QuestionName;
export type GatesOf<N extends OperationName> = Names<Contract[N], 'gates'> & GateName;
export type ListenersOf<N extends OperationName> = Names<Contract[N], 'listeners'> & ListenerName;
export type MakesEvents<N extends OperationName> = Contract[N] extends { readonly events: true } ? true : false;
