import type { PresenceState } from '../../kernel/question-values.ts';
import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as presence from '../../store/presence.ts';
import { defineOperation } from '../define.ts';

/** Stores whose presence has changed, and sends it to those whom the modules name. Who shares a room has been woken by then. */
export const announcePresence = defineOperation({
  name: 'announce-presence',
  async prepare(context, _who: Caller, states: readonly PresenceState[], ask) {
    const routes = await ask('get_users_for_states', states);
    context.routedPresence.send(routes);
    return states;
  },
  *commit(states): Work<void> {
    for (const state of states) yield* presence.put(state);
  },
});
