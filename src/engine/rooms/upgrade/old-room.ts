import type { Event } from '../../../core/event.ts';
import type { EventId, RoomId } from '../../../core/identifiers.ts';
import { PowerLevels } from '../../../core/power-levels.ts';
import { notFound } from '../../../kernel/errors.ts';
import type { Work } from '../../../kernel/work.ts';
import * as currentState from '../../../store/current-state.ts';
import * as events from '../../../store/events.ts';
import * as memberships from '../../../store/memberships.ts';
import * as roomSummaries from '../../../store/room-summaries.ts';
import * as rooms from '../../../store/rooms.ts';

/** State that a replacement takes over, beside the power levels: https://spec.matrix.org/v1.19/client-server-api/#room-upgrades */
const TRANSFERRED = [
  'm.room.join_rules',
  'm.room.history_visibility',
  'm.room.guest_access',
  'm.room.name',
  'm.room.topic',
  'm.room.avatar',
  'm.room.encryption',
  'm.room.server_acl',
  'm.room.canonical_alias',
];
const BANS_AT_ONCE = 256;

/** What an upgrade needs to know of the room that it replaces. */
export interface OldRoom {
  readonly roomId: RoomId;
  readonly create: Event;
  readonly levels: PowerLevels;
  readonly powerLevels: Event | undefined;
  readonly state: readonly Event[];
  /** The member events of those who are banned. */
  readonly bans: readonly Event[];
  readonly lastEvent: EventId | undefined;
  /** What says that it was replaced before. */
  readonly tombstone: EventId | undefined;
  readonly isPublished: boolean;
}

/** @throws M_NOT_FOUND */
export function* readOldRoom(roomId: RoomId): Work<OldRoom> {
  const create = yield* currentState.eventAt(roomId, 'm.room.create');
  if (create === undefined) throw notFound(`This server does not know the room ${roomId}`);
  const powerLevels = yield* currentState.eventAt(roomId, 'm.room.power_levels');
  const state: Event[] = [];
  for (const type of TRANSFERRED) {
    const event = yield* currentState.eventAt(roomId, type);
    if (event !== undefined) state.push(event);
  }
  if (create.content['type'] === 'm.space') state.push(...(yield* currentState.eventsOfType(roomId, 'm.space.child')));
  return {
    roomId,
    create,
    levels: new PowerLevels(create.version, create, powerLevels),
    powerLevels,
    state,
    bans: yield* bansOf(roomId),
    lastEvent: (yield* rooms.forwardExtremities(roomId))[0],
    tombstone: yield* currentState.idAt(roomId, 'm.room.tombstone', ''),
    isPublished: (yield* roomSummaries.find(roomId))?.isPublished === 1,
  };
}

function* bansOf(roomId: RoomId): Work<readonly Event[]> {
  const eventIds = yield* memberships.banEvents(roomId);
  const bans: Event[] = [];
  for (let start = 0; start < eventIds.length; start += BANS_AT_ONCE) {
    for (const { event } of yield* events.findAll(eventIds.slice(start, start + BANS_AT_ONCE))) bans.push(event);
  }
  return bans;
}
