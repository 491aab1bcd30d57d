import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as uiaSessions from '../../store/uia-sessions.ts';
import { defineOperation } from '../define.ts';

/** Stores how far a user-interactive authentication has come. */
export const saveUiaSession = defineOperation({
  name: 'save-uia-session',
  prepare: (context, _who: Caller, session: uiaSessions.UiaSession) => ({ session, now: context.clock.now() }),
  *commit({ session, now }): Work<void> {
    yield* uiaSessions.removeExpired(now);
    yield* uiaSessions.put(session);
  },
});
