import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as pushers from '../../store/pushers.ts';
import { defineOperation } from '../define.ts';

/** Sends no more notifications to an address, as its owner wants who was shown the token in a mail. Once it is done it stays so. */
export const endMailSubscription = defineOperation({
  name: 'end-mail-subscription',
  prepare: (_context, _who: Caller, token: string) => token,
  *commit(token): Work<void> {
    const pusher = yield* pushers.findByUnsubscribeToken(token);
    if (pusher !== undefined) yield* pushers.remove(pusher.userId, pusher.appId, pusher.pushkey);
  },
});
