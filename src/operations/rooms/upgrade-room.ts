import type { Event } from '../../core/event.ts';
import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { knownVersion } from '../../engine/rooms/creation/known-version.ts';
import { memberContent } from '../../engine/rooms/membership/member-content.ts';
import { maySetState } from '../../engine/rooms/room-levels.ts';
import { closingEvents, tombstone } from '../../engine/rooms/upgrade/closing-events.ts';
import { readOldRoom, type OldRoom } from '../../engine/rooms/upgrade/old-room.ts';
import { takeSettingsOver } from '../../engine/rooms/upgrade/personal-settings.ts';
import { replacementCreation, replacementEvents, type Upgrade } from '../../engine/rooms/upgrade/replacement-events.ts';
import { forbidden, MatrixError } from '../../kernel/errors.ts';
import type { EventPlan } from '../../kernel/event-plan.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import type { AccountData } from '../../store/account-data.ts';
import * as aliases from '../../store/aliases.ts';
import * as events from '../../store/events.ts';
import * as roomSummaries from '../../store/room-summaries.ts';
import { defineOperation } from '../define.ts';

interface Upgrading {
  readonly roomId: RoomId;
  readonly newVersion: string;
  readonly additionalCreators: readonly UserId[];
}

interface Upgraded {
  /** Of the new room. */
  readonly roomId: RoomId;
  /** Account data of who upgrades that was changed for the new room. */
  readonly settings: readonly AccountData[];
}

/**
 * Replaces a room by one of another version: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidupgrade
 */
export const upgradeRoom = defineOperation({
  name: 'upgrade-room',
  async prepare(context, who: Requester, { roomId, newVersion, additionalCreators }: Upgrading) {
    const version = knownVersion(newVersion);
    const upgrader = who.userId;
    const upgrade = await context.read(function* (): Work<Upgrade> {
      const old = yield* readOldRoom(roomId);
      if (!(yield* maySetState(roomId, upgrader, 'm.room.tombstone'))) {
        throw forbidden('You cannot upgrade this room: that needs the power level for m.room.tombstone');
      }
      return { old, version, upgrader, additionalCreators, membership: yield* memberContent(upgrader, 'join', {}) };
    });
    const replacement = await context.read(() => context.newRooms.found(version, replacementCreation(upgrade)));
    return { upgrade, replacement, events: replacementEvents(upgrade, replacement.create), isShadowBanned: who.shadowBanned };
  },
  gates({ upgrade, replacement, events }) {
    const state = events.map(({ type, stateKey = '', content }) => ({ type, state_key: stateKey, content }));
    const config: JsonObject = { room_version: upgrade.version.id, creation_content: replacement.create.content, initial_state: state };
    return { user_may_create_room: [[upgrade.upgrader, config]] };
  },
  events({ upgrade, replacement, events }): readonly EventPlan[] {
    const { old, upgrader, version } = upgrade;
    const { create, room, roomId } = replacement;
    const closing = closingEvents(old, upgrader);
    const oldRoom = { id: old.roomId };
    if (version.roomIds === 'create-hash') {
      // Modules may have changed the create event, and so the id.
      const end = (made: readonly Event[]) => tombstone(upgrader, made[0]?.roomId ?? roomId);
      return [
        { room, events: [create, ...events] },
        { room: oldRoom, events: [end, ...closing] },
      ];
    }
    const successor = ([end]: readonly Event[]) => {
      const predecessor = { room_id: old.roomId, ...(end !== undefined && { event_id: end.eventId }) };
      return { ...create, content: { ...create.content, predecessor } };
    };
    return [
      { room: oldRoom, events: [tombstone(upgrader, roomId), ...closing] },
      { room, events: [successor, ...events] },
    ];
  },
  *commit({ upgrade: { old, upgrader }, isShadowBanned }, made): Work<Upgraded> {
    const roomId = made.find(({ type }) => type === 'm.room.create')?.roomId;
    if (roomId === undefined) throw new Error('The room was not made');
    if (isShadowBanned) return { roomId, settings: [] };
    yield* refuseTwice(old, made);
    const settings = yield* takeSettingsOver(upgrader, roomId);
    yield* aliases.move(old.roomId, roomId);
    if (old.isPublished) {
      yield* roomSummaries.publish(roomId, true);
      yield* roomSummaries.publish(old.roomId, false);
    }
    return { roomId, settings };
  },
  listeners: ({ upgrade: { upgrader } }, { settings }) => ({
    on_account_data_updated: settings.map(({ type, content }) => [upgrader, undefined, type, content]),
  }),
});

/** Who asks twice at the same time gets one replacement: the other would be lost, as only one can be found from the old room. */
function* refuseTwice({ roomId, tombstone: before }: OldRoom, made: readonly Event[]): Work<void> {
  const end = made.find((event) => event.roomId === roomId && event.type === 'm.room.tombstone');
  const stored = end && (yield* events.find(end.eventId));
  if (stored?.replacesState !== before) throw new MatrixError(400, 'M_BAD_STATE', `The room ${roomId} has just been upgraded by another request`);
}
