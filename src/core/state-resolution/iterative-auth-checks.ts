/** The iterative auth checks algorithm: https://spec.matrix.org/v1.19/rooms/v12/#definitions */
import { checkAuth, NotAllowed, type AuthState } from '../auth-rules.ts';
import { isState, stateKeyOf, type Event, type StateMap } from '../event.ts';
import { authEventOf, need, type StateEvents } from './state-events.ts';

/** Applies each of the sorted events to a state if it is allowed there; gives the new state. */
export function iterativeAuthChecks(start: StateMap, sorted: readonly Event[], events: StateEvents): StateMap {
  const state = new Map(start);
  for (const event of sorted.filter(isState)) {
    const isAllowed = passes(event, (type, stateKey) => {
      const id = state.get(stateKeyOf(type, stateKey));
      return id === undefined ? acceptedAuthEvent(event, type, stateKey, events) : need(events, id);
    });
    if (isAllowed) state.set(stateKeyOf(event.type, event.stateKey), event.eventId);
  }
  return state;
}

/** Whether the auth rules allow an event on some state. */
export function passes(event: Event, authState: AuthState): boolean {
  try {
    checkAuth(event, event.version, authState);
    return true;
  } catch (error) {
    if (error instanceof NotAllowed) return false;
    throw error;
  }
}

/** What the state lacks is taken from the event's own auth events, for those are not checked again here. */
function acceptedAuthEvent(event: Event, type: string, stateKey: string, events: StateEvents): Event | undefined {
  const auth = authEventOf(event, type, stateKey, events);
  return auth === undefined || events.isRejected?.(auth.eventId) === true ? undefined : auth;
}
