import { matchesRoomEvent } from '../../core/filters/matches-event.ts';
import type { JsonObject } from '../../core/json.ts';
import { stringAt } from '../../core/json.ts';
import type { Work } from '../../kernel/work.ts';
import type { StoredEvent } from '../../store/events.ts';
import type { SyncRequest } from '../section.ts';
import type { LeftRoom } from './left-rooms.ts';
import type { SentMembers } from './sent-members.ts';
import { strippedState } from './stripped-state.ts';
import { tellRoom, wireEvents } from './told-room.ts';

/** A room that the user may enter or has asked to enter. Invites from those whom they ignore are not shown. */
export function* tellOutside(
  request: SyncRequest,
  membership: StoredEvent,
): Work<{ readonly place: 'invite' | 'knock'; readonly body: JsonObject } | undefined> {
  const { event } = membership;
  const state = { events: yield* strippedState(event.roomId, membership) };
  if (stringAt(event.content, 'membership') === 'knock') return { place: 'knock', body: { knock_state: state } };
  return request.viewer.ignored?.has(event.sender) === true ? undefined : { place: 'invite', body: { invite_state: state } };
}

/** A room that the user has left, as it was when they did; of what came later they hear only what became of themselves. */
export function* tellLeftRoom(request: SyncRequest, { roomId, departure, last, isNew }: LeftRoom, sentMembers: SentMembers): Work<JsonObject> {
  const { since, fullState, useStateAfter } = request;
  const stateKey = useStateAfter ? 'state_after' : 'state';
  const own = matchesRoomEvent(request.filter.room.timeline, last.event) ? yield* wireEvents(request, [last]) : [];
  if (departure === undefined) {
    return { [stateKey]: { events: useStateAfter ? own : [] }, timeline: { events: own, limited: false }, account_data: { events: [] } };
  }
  const told = yield* tellRoom(
    request,
    { roomId, since: isNew ? undefined : since?.stream, upTo: departure.pos, whole: isNew || fullState, joined: false },
    sentMembers,
  );
  if (last.pos === departure.pos) return { ...told.body, account_data: { events: [] } };
  const timeline = told.body['timeline'] as JsonObject;
  return { ...told.body, timeline: { ...timeline, events: [...(timeline['events'] as JsonObject[]), ...own] }, account_data: { events: [] } };
}
