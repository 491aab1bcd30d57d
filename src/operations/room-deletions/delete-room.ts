import { randomBytes } from 'node:crypto';
import type { EventTemplate } from '../../core/event.ts';
import type { RoomAlias, RoomId, UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { initialEvents } from '../../engine/rooms/creation/initial-events.ts';
import { knownVersion } from '../../engine/rooms/creation/known-version.ts';
import type { NewRoom } from '../../engine/rooms/creation/new-rooms.ts';
import { readRoomRequest } from '../../engine/rooms/creation/room-request.ts';
import { MatrixError, notFound } from '../../kernel/errors.ts';
import { isRequester, type Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as aliases from '../../store/aliases.ts';
import * as memberships from '../../store/memberships.ts';
import * as profiles from '../../store/profiles.ts';
import * as roomDeletions from '../../store/room-deletions.ts';
import * as roomSummaries from '../../store/room-summaries.ts';
import * as rooms from '../../store/rooms.ts';
import * as users from '../../store/users.ts';
import type { Context } from '../context.ts';
import { defineOperation } from '../define.ts';

interface Deleting {
  readonly roomId: RoomId;
  /** Who makes a room to which the members are brought; undefined: they are brought nowhere. */
  readonly newRoomUserId: UserId | undefined;
  readonly newRoomName: string;
  /** The first message there. */
  readonly message: string;
  /** Whether nobody may enter the room any more. */
  readonly block: boolean;
  /** Whether all that is known of it is deleted. */
  readonly purge: boolean;
  readonly forcePurge: boolean;
}

interface Draft extends Deleting {
  readonly requester: UserId | undefined;
  readonly isKnown: boolean;
  readonly members: readonly UserId[];
  readonly aliases: readonly RoomAlias[];
  readonly replacement: Replacement | undefined;
  readonly now: number;
}

/** The room to which the members are brought. */
interface Replacement {
  readonly room: NewRoom;
  readonly creator: UserId;
  readonly request: JsonObject;
  readonly events: readonly EventTemplate[];
}

/** What an administrator is told at once; the members leave in the background. */
export interface BegunDeletion {
  readonly deleteId: string;
  readonly members: readonly UserId[];
  readonly aliases: readonly RoomAlias[];
  readonly newRoomId: RoomId | undefined;
}

/** For how long one can ask what became of a deletion, ms. */
const REMEMBERED = 7 * 24 * 3_600_000;

/**
 * Begins to delete a room: it is closed and taken out of the directory, and has no aliases any more. Its members leave, and what is known of
 * it goes, bit by bit in the background.
 * @throws M_NOT_FOUND; M_UNKNOWN while it is being deleted; what a module refuses with
 */
export const deleteRoom = defineOperation({
  name: 'delete-room',
  async prepare(context, who: Caller, input: Deleting): Promise<Draft> {
    const { roomId } = input;
    const requester = isRequester(who) ? who.userId : undefined;
    const found = await context.read(function* (): Work<Pick<Draft, 'isKnown' | 'members' | 'aliases'>> {
      const isKnown = (yield* rooms.find(roomId)) !== undefined;
      // What is not known can still be kept from ever being entered.
      if (!isKnown && !input.block) throw notFound(`This server does not know the room ${roomId}`);
      yield* refuseTwice(roomId);
      return { isKnown, members: yield* memberships.presentIn(roomId), aliases: yield* aliases.listFor(roomId) };
    });
    const replacement = input.newRoomUserId === undefined || !found.isKnown ? undefined : await replacementBy(context, input.newRoomUserId, input);
    return { ...input, ...found, requester, replacement, now: context.clock.now() };
  },
  gates: ({ requester, roomId, replacement }) => ({
    check_can_shutdown_room: [[requester, roomId]],
    user_may_create_room: replacement === undefined ? [] : [[replacement.creator, replacement.request]],
  }),
  events: ({ replacement }) => (replacement === undefined ? [] : [{ room: replacement.room.room, events: replacement.events }]),
  *commit(draft, [create]): Work<BegunDeletion> {
    const { roomId, isKnown, requester, members, now, purge, forcePurge } = draft;
    const newRoomId = create?.roomId;
    yield* refuseTwice(roomId);
    yield* roomDeletions.removeEnded(now - REMEMBERED);
    if (draft.block) yield* roomDeletions.block(roomId, requester, now);
    if (isKnown) yield* withdraw(roomId, newRoomId);
    const deleteId = randomBytes(12).toString('hex');
    const status = isKnown ? 'active' : 'complete';
    const begun = { deleteId, members, aliases: draft.aliases, newRoomId };
    yield* roomDeletions.add({ ...begun, roomId, status, purge, forcePurge }, requester, now);
    return begun;
  },
});

function* refuseTwice(roomId: RoomId): Work<void> {
  const running = (yield* roomDeletions.listOf(roomId)).some(({ status }) => status === 'active');
  if (running) throw new MatrixError(400, 'M_UNKNOWN', `The room ${roomId} is being deleted already`);
}

/** Takes the room out of the directory, and its aliases from it. */
function* withdraw(roomId: RoomId, newRoomId: RoomId | undefined): Work<void> {
  yield* roomSummaries.publish(roomId, false);
  if (newRoomId !== undefined) yield* aliases.move(roomId, newRoomId);
  else for (const alias of yield* aliases.listFor(roomId)) yield* aliases.remove(alias);
}

/** In the new room only its maker may speak. */
async function replacementBy(context: Context, creator: UserId, { newRoomName, message }: Deleting): Promise<Replacement> {
  const user = await context.read(() => users.find(creator));
  if (user === undefined || user.isDeactivated) throw notFound(`There is no account ${creator} that could make the new room`);
  const request: JsonObject = { name: newRoomName, preset: 'public_chat', power_level_content_override: { users_default: -10 } };
  const known = await context.read(() => profiles.memberProfilesOf([creator]));
  const version = knownVersion(context.config.rooms.default_version);
  const setup = { request: readRoomRequest(request), version, creator, invitees: [], alias: undefined, profiles: known };
  const [create, ...events] = initialEvents(setup, true);
  const room = await context.read(() => context.newRooms.found(version, create));
  const words = { type: 'm.room.message', sender: creator, content: { msgtype: 'm.text', body: message } };
  return { room, creator, request, events: [room.create, ...events, words] };
}
