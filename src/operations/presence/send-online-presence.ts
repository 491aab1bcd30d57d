import type { UserId } from '../../core/identifiers.ts';
import type { Caller } from '../../kernel/requester.ts';
import { defineRead } from '../define.ts';

/** Has users told once more of everybody who is online and whose presence they may see: for modules whose routes have changed. */
export const sendOnlinePresence = defineRead({
  name: 'send-online-presence',
  prepare(context, _who: Caller, userIds: readonly UserId[]): void {
    context.routedPresence.refresh(userIds);
  },
});
