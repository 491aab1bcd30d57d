import { matchesRoomEvent } from '../../core/filters/matches-event.ts';
import type { UserId } from '../../core/identifiers.ts';
import { stringAt, type JsonObject } from '../../core/json.ts';
import type { Viewer } from '../../engine/events/viewer.ts';
import type { Reader } from '../../kernel/database.ts';
import type { Work } from '../../kernel/work.ts';
import * as accountData from '../../store/account-data.ts';
import type { StoredEvent } from '../../store/events.ts';
import type { SyncRequest } from '../section.ts';
import type { LeftRoom } from './left-rooms.ts';
import type { SentMembers } from './sent-members.ts';
import { strippedState } from './stripped-state.ts';
import { tellRooms, wireEvents } from './tell-rooms.ts';

/** A room that the user may enter or has asked to enter. Invites that they do not want to see are left out. */
export function* tellOutside(
  request: SyncRequest,
  membership: StoredEvent,
): Work<{ readonly place: 'invite' | 'knock'; readonly body: JsonObject } | undefined> {
  const { event } = membership;
  const state = { events: yield* strippedState(event.roomId, membership) };
  if (stringAt(event.content, 'membership') === 'knock') return { place: 'knock', body: { knock_state: state } };
  return (yield* isUnwanted(event.sender, request.viewer)) ? undefined : { place: 'invite', body: { invite_state: state } };
}

/** Whether the user ignores the inviter, or wants no invites: https://spec.matrix.org/v1.19/client-server-api/#invite-permission */
function* isUnwanted(inviter: UserId, { userId, ignored }: Viewer): Work<boolean> {
  if (ignored?.has(inviter) === true) return true;
  const permission = yield* accountData.find(userId, undefined, 'm.invite_permission_config');
  return permission?.['default_action'] === 'block';
}

/** A room that the user has left, as it was when they did; of what came later they hear only what became of themselves. */
export async function tellLeftRoom(
  reader: Reader,
  request: SyncRequest,
  { roomId, departure, last, isNew }: LeftRoom,
  sentMembers: SentMembers,
): Promise<JsonObject> {
  const { since, fullState, useStateAfter } = request;
  const isWanted = last.pos !== departure?.pos && matchesRoomEvent(request.filter.room.timeline, last.event);
  const own = isWanted ? [...(await reader.read(() => wireEvents(request, [last]))).values()] : [];
  if (departure === undefined) {
    const state = useStateAfter ? { state_after: { events: own } } : { state: { events: [] } };
    return { ...state, timeline: { events: own, limited: false }, account_data: { events: [] } };
  }
  const room = { roomId, since: isNew ? undefined : since?.stream, upTo: departure.pos, whole: isNew || fullState, joined: false };
  const [told] = await tellRooms(reader, request, [room], sentMembers);
  const timeline = told?.body['timeline'] as JsonObject;
  return { ...told?.body, timeline: { ...timeline, events: [...(timeline['events'] as JsonObject[]), ...own] }, account_data: { events: [] } };
}
