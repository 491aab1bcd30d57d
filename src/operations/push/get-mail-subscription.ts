import type { Caller } from '../../kernel/requester.ts';
import * as pushers from '../../store/pushers.ts';
import { defineRead } from '../define.ts';

/** To which address the notifications go that a link in a mail can stop; undefined when there are none (any more). It changes nothing. */
export const getMailSubscription = defineRead({
  name: 'get-mail-subscription',
  async prepare(context, _who: Caller, token: string): Promise<string | undefined> {
    return (await context.read(() => pushers.findByUnsubscribeToken(token)))?.pushkey;
  },
});
