import type { EventTemplate } from '../../core/event.ts';
import { localpartOf, type EventId, type RoomId, type UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { administeredUser } from '../../engine/accounts/administered-user.ts';
import { createAccount, prepareAnyAccount, type NewAccount } from '../../engine/accounts/new-account.ts';
import { changeProfile } from '../../engine/profiles/change-profile.ts';
import { toldOfProfile } from '../../engine/profiles/told-of-profile.ts';
import { initialEvents } from '../../engine/rooms/creation/initial-events.ts';
import { knownVersion } from '../../engine/rooms/creation/known-version.ts';
import { readRoomRequest } from '../../engine/rooms/creation/room-request.ts';
import { noticeEvent, type Notice } from '../../engine/server-notices/notice-event.ts';
import { knownNoticeRoom, noticeRoomRequest, renewalEvents, tagNoticeRoom } from '../../engine/server-notices/notice-room.ts';
import { noticeSettings, type NoticeSettings } from '../../engine/server-notices/notice-settings.ts';
import { AlreadyDone } from '../../kernel/already-done.ts';
import { invalidParam, MatrixError, notFound } from '../../kernel/errors.ts';
import type { EventPlan } from '../../kernel/event-plan.ts';
import type { Ask } from '../../kernel/operation.ts';
import { onBehalfOf, SERVER_ITSELF, type Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as profiles from '../../store/profiles.ts';
import * as serverNoticeRooms from '../../store/server-notice-rooms.ts';
import * as transactions from '../../store/transactions.ts';
import type { ClientRequest } from '../../store/transactions.ts';
import * as users from '../../store/users.ts';
import type { Context } from '../context.ts';
import { defineOperation } from '../define.ts';

interface SendingNotice extends Notice {
  readonly userId: UserId;
  /** Undefined where the request cannot be repeated. */
  readonly txnId: string | undefined;
}

/** A room with what has to be made there before the notice. */
interface NoticeRoom {
  readonly roomId: RoomId;
  readonly room: EventPlan['room'];
  readonly events: readonly EventTemplate[];
  /** Set where the room is new: what it is made by, and the one whose place it takes. */
  readonly made: { readonly request: JsonObject; readonly last: RoomId | undefined } | undefined;
}

interface Unsent {
  readonly settings: NoticeSettings;
  readonly userId: UserId;
  readonly request: ClientRequest | undefined;
  /** Undefined where there is one. */
  readonly account: NewAccount | undefined;
  readonly room: NoticeRoom;
  readonly notice: EventTemplate;
}
type Draft = { readonly before: EventId } | Unsent;

interface Sent {
  readonly eventId: EventId;
  /** The sender's account, where this was the first notice. */
  readonly registered: UserId | undefined;
  /** The sender's profile, where it has changed. */
  readonly profile: JsonObject | undefined;
}

/**
 * Sends a notice to a user, in the room that they have for it: https://spec.matrix.org/v1.19/client-server-api/#server-notices
 * The account that it comes from and the room are made when they are needed first. Whether the user wants invitations is not asked.
 * @throws M_UNKNOWN where notices are not enabled; M_INVALID_PARAM, M_NOT_FOUND; what a module refuses with
 */
export const sendServerNotice = defineOperation({
  name: 'send-server-notice',
  async prepare(context, who: Requester, input: SendingNotice, ask): Promise<Draft> {
    const { userId, txnId } = input;
    const settings = noticeSettings(context.config, context.serverName);
    const { sender } = settings;
    if (userId === sender) throw invalidParam(`${userId} is the account that notices come from`);
    const notice = noticeEvent(input, sender);
    const request = txnId === undefined ? undefined : requestOf(who, sender, txnId);
    const { before, ...known } = await context.read(function* () {
      if ((yield* administeredUser(userId, context.serverName)).isDeactivated) throw notFound(`The account ${userId} has been deactivated`);
      const user = yield* users.find(sender);
      if (user?.isDeactivated === true) throw new MatrixError(400, 'M_UNKNOWN', `${sender}, from whom notices should come, has been deactivated`);
      const sent = request && (yield* transactions.find(request));
      return { before: sent, hasAccount: user !== undefined, ...(yield* knownNoticeRoom(userId, sender)) };
    });
    if (before !== undefined) return { before };
    const account = known.hasAccount ? undefined : await newSender(context, who, settings, ask);
    const { last, usable } = known;
    const room =
      usable === undefined ? await newRoom(context, who, settings, userId, last, ask) : await context.read(() => usedRoom(usable, userId, settings));
    return { settings, userId, request, account, room, notice };
  },
  gates(draft) {
    if ('before' in draft) return { user_may_create_room: [], user_may_invite: [], user_may_send_state_event: [] };
    const { settings, userId, room, notice } = draft;
    const { sender } = settings;
    const { roomId, made } = room;
    const states = made === undefined ? [...room.events, notice] : [notice];
    return {
      user_may_create_room: made === undefined ? [] : [[sender, made.request]],
      user_may_invite: room.events.some((event) => isMembershipOf(event, userId)) ? [[sender, userId, roomId]] : [],
      user_may_send_state_event: states.flatMap(({ type, stateKey, content }) =>
        stateKey === undefined || type === 'm.room.member' ? [] : [[sender, roomId, type, stateKey, content] as const],
      ),
    };
  },
  // Notices are not the administrator's own: whoever has sent them, users are to see them.
  events: (draft) => ('before' in draft ? [] : [{ room: draft.room.room, events: [...draft.room.events, draft.notice], openly: true }]),
  *commit(draft, made): Work<Sent> {
    if ('before' in draft) return { eventId: draft.before, registered: undefined, profile: undefined };
    const { settings, userId, request, account, room } = draft;
    const eventId = made.at(-1)?.eventId;
    if (eventId === undefined) throw new Error('The notice was not made');
    const other = request && (yield* transactions.record(request, eventId));
    if (other !== undefined) throw new AlreadyDone<Sent>({ eventId: other, registered: undefined, profile: undefined });
    const registered = account === undefined || (yield* users.exists(settings.sender)) ? undefined : (yield* createAccount(account)).userId;
    const profile = yield* takeOverProfile(settings);
    if (room.made !== undefined) yield* noteRoom(userId, room.roomId, room.made.last);
    yield* tagNoticeRoom(userId, room.roomId);
    return { eventId, registered, profile };
  },
  listeners(draft, { registered, profile }) {
    return {
      on_user_registration: registered === undefined ? [] : [[registered]],
      on_profile_update: 'before' in draft ? [] : toldOfProfile(draft.settings.sender, profile, SERVER_ITSELF).on_profile_update,
    };
  },
});

/** A request is the administrator's who makes it, the event that comes of it the sender's. */
const requestOf = (who: Requester, sender: UserId, txnId: string): ClientRequest => ({
  ...transactions.requestOf(who, `send_server_notice/${who.userId}`, txnId),
  userId: sender,
});

const isMembershipOf = ({ type, stateKey }: EventTemplate, userId: UserId): boolean => type === 'm.room.member' && stateKey === userId;

function newSender(context: Context, who: Requester, { sender, profile }: NoticeSettings, ask: Ask<'send-server-notice'>): Promise<NewAccount> {
  const wish = { userId: sender, username: localpartOf(sender), displayName: profile.displayname };
  return prepareAnyAccount(context, who, wish, (attempt) => ask('check_registration_for_spam', attempt));
}

async function newRoom(
  context: Context,
  who: Requester,
  settings: NoticeSettings,
  userId: UserId,
  last: RoomId | undefined,
  ask: Ask<'send-server-notice'>,
): Promise<NoticeRoom> {
  const { sender } = settings;
  const body = noticeRoomRequest(settings, userId);
  await ask('on_create_room', onBehalfOf(sender), body, who.isAdmin);
  const request = readRoomRequest(body);
  const version = knownVersion(request.room_version ?? context.config.rooms.default_version);
  const known = new Map([...(await context.read(() => profiles.memberProfilesOf([userId]))), [sender, settings.profile]]);
  const setup = { request, version, creator: sender, invitees: [userId], alias: undefined, profiles: known };
  const [create, ...events] = initialEvents(setup, true);
  const room = await context.read(() => context.newRooms.found(version, create));
  return { roomId: room.roomId, room: room.room, events: [room.create, ...events], made: { request: body as JsonObject, last } };
}

function* usedRoom(roomId: RoomId, userId: UserId, settings: NoticeSettings): Work<NoticeRoom> {
  return { roomId, room: { id: roomId }, events: yield* renewalEvents(roomId, userId, settings), made: undefined };
}

/** What the configuration says of the sender is carried into all rooms in the background. @returns the profile, if it has changed */
function* takeOverProfile({ sender, profile }: NoticeSettings): Work<JsonObject | undefined> {
  let changed: JsonObject | undefined;
  for (const [field, value] of Object.entries(profile)) changed = (yield* changeProfile(sender, field, value)) ?? changed;
  return changed;
}

/** @throws M_UNKNOWN when another notice has made a room meanwhile: users have one each */
function* noteRoom(userId: UserId, roomId: RoomId, last: RoomId | undefined): Work<void> {
  if ((yield* serverNoticeRooms.find(userId)) !== last) throw new MatrixError(503, 'M_UNKNOWN', 'Another notice to this user was quicker; try again');
  yield* serverNoticeRooms.put(userId, roomId);
}
