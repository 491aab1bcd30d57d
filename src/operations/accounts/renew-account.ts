import type { Renewal } from '../../kernel/question-values.ts';
import type { Caller } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

export type { Renewal };

/** Somebody has opened the link of a mail by which accounts are renewed. @returns undefined where no module does it */
export const renewAccount = defineRead({
  name: 'renew-account',
  prepare: (_context, _who: Caller, token: string, ask) => ask('on_legacy_renew', token),
});
