import type { EventTemplate } from '../../../core/event.ts';
import type { RoomId, UserId } from '../../../core/identifiers.ts';
import type { JsonObject } from '../../../core/json.ts';
import type { OldRoom } from './old-room.ts';

const TOMBSTONE_TEXT = 'This room has been replaced';
/** The least level that sending and inviting shall need in a room that was replaced. */
const CLOSED_LEVEL = 50;

export const tombstone = (upgrader: UserId, replacement: RoomId): EventTemplate => ({
  type: 'm.room.tombstone',
  stateKey: '',
  sender: upgrader,
  content: { body: TOMBSTONE_TEXT, replacement_room: replacement },
});

/** What closes the old room behind the tombstone, as far as the upgrader may: https://spec.matrix.org/v1.19/client-server-api/#room-upgrades */
export function closingEvents(old: OldRoom, upgrader: UserId): readonly EventTemplate[] {
  const own = old.levels.userLevel(upgrader);
  const state = (type: string, content: JsonObject): EventTemplate => ({ type, stateKey: '', sender: upgrader, content });
  const mayUnname = own >= old.levels.eventLevel('m.room.canonical_alias', true);
  const hasName = old.state.some(({ type }) => type === 'm.room.canonical_alias');
  const closed = closedLevels(old, own);
  return [
    ...(hasName && mayUnname ? [state('m.room.canonical_alias', {})] : []),
    ...(closed === undefined ? [] : [state('m.room.power_levels', closed)]),
  ];
}

/** Power levels by which ordinary members can neither speak nor invite; undefined when it is so already or the upgrader cannot change it. */
function closedLevels({ levels, powerLevels }: OldRoom, own: number): JsonObject | undefined {
  if (powerLevels === undefined) return undefined;
  const least = Math.max(CLOSED_LEVEL, levels.usersDefault + 1);
  const [speak, invite] = [Math.max(levels.eventsDefault, least), Math.max(levels.invite, least)];
  if (speak === levels.eventsDefault && invite === levels.invite) return undefined;
  if (own < Math.max(levels.eventLevel('m.room.power_levels', true), speak, invite)) return undefined;
  return { ...powerLevels.content, events_default: speak, invite };
}
