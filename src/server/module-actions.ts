import type { Context } from 'koa';
import type { Config } from '../config/config.ts';
import type { RoomId, UserId, ServerName } from '../core/identifiers.ts';
import type { Access } from '../engine/access.ts';
import { RoomStateView } from '../engine/rooms/room-state-view.ts';
import { accessTokenOf, missingToken } from '../http/access-token.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Reader } from '../kernel/database.ts';
import { notFound, userLocked } from '../kernel/errors.ts';
import type { Run } from '../kernel/operation.ts';
import type { Requester } from '../kernel/requester.ts';
import type { Account, Actions } from '../modules/index.ts';
import { addDirectRoom } from '../operations/account-data/add-direct-room.ts';
import { putAccountData } from '../operations/account-data/put-account-data.ts';
import { registerUser } from '../operations/accounts/register-user.ts';
import { setRoomVisibility } from '../operations/directory/set-room-visibility.ts';
import { runModuleWork } from '../operations/modules/run-module-work.ts';
import { setAdmin } from '../operations/modules/set-admin.ts';
import { setPresence } from '../operations/presence/set-presence.ts';
import { sendOnlinePresence } from '../operations/presence/send-online-presence.ts';
import { setProfileField } from '../operations/profiles/set-profile-field.ts';
import { deleteRoom } from '../operations/room-deletions/delete-room.ts';
import { createRoom } from '../operations/rooms/create-room.ts';
import { sendEvent } from '../operations/rooms/send-event.ts';
import { setState } from '../operations/rooms/set-state.ts';
import * as accountData from '../store/account-data.ts';
import * as aliases from '../store/aliases.ts';
import * as currentState from '../store/current-state.ts';
import * as events from '../store/events.ts';
import * as memberships from '../store/memberships.ts';
import * as moduleStore from '../store/module-store.ts';
import * as moduleTables from '../store/module-tables.ts';
import * as profiles from '../store/profiles.ts';
import * as rooms from '../store/rooms.ts';
import * as roomSummaries from '../store/room-summaries.ts';
import * as users from '../store/users.ts';
import { identityActions } from './module-actions/identity-actions.ts';
import { notificationActions } from './module-actions/notification-actions.ts';
import { MODULE } from './module-actions/module-caller.ts';
import { sessionActions } from './module-actions/session-actions.ts';
import { serverTables } from './server-tables.ts';

export interface ActionServices {
  readonly config: Config;
  readonly clock: Clock;
  readonly run: Run;
  readonly read: Reader['read'];
  readonly access: Access;
  readonly serverName: ServerName;
}

/** How modules delete rooms: nothing is left, and nobody is brought anywhere. */
const WHOLE_ROOM = { newRoomUserId: undefined, newRoomName: '', message: '', block: false, purge: true, forcePurge: false } as const;

const NOBODY = { ...MODULE, deviceId: undefined, tokenId: undefined, isGuest: false, shadowBanned: false, appServiceId: undefined } as const;

/** What modules can do: operations by the road of modules, and reads. */
export function moduleActions(services: ActionServices): Actions {
  const { run, read, access } = services;
  const account = (userId: UserId): Promise<Account | undefined> => read(() => users.find(userId));
  /** @throws M_NOT_FOUND for whoever has no account here */
  const as = async (userId: UserId): Promise<Requester> => {
    const user = await account(userId);
    if (user === undefined || user.isDeactivated) throw notFound(`There is no account ${userId} for which a module could act`);
    const { isGuest, isAdmin, isShadowBanned: shadowBanned } = user;
    return { ...NOBODY, userId, isGuest, isAdmin, shadowBanned };
  };
  const setField = async (userId: UserId, field: string, value: string): Promise<void> =>
    void (await run(setProfileField, await as(userId), { userId, field, content: { [field]: value } }));
  /** Modules may publish any room. Where somebody's name is needed, it is that of the room's creator. */
  const publisher = async (roomId: RoomId): Promise<Requester> => {
    const create = await read(() => currentState.eventAt(roomId, 'm.room.create'));
    if (create === undefined) throw notFound(`This server does not know the room ${roomId}`);
    return { ...NOBODY, userId: create.sender, isAdmin: true };
  };
  return {
    requesterOf: (ctx) => requesterOf(access, ctx),
    account,
    ...sessionActions(services),
    ...identityActions(services),
    ...notificationActions(services, as),
    registerUser: async (user) => (await run(registerUser, MODULE, user)).userId,
    setAdmin: (userId, isAdmin) => run(setAdmin, MODULE, { userId, isAdmin }),
    accounts: (after, limit) => read(() => users.list(after, limit)),
    setDisplayName: (userId, displayName) => setField(userId, 'displayname', displayName),
    setAvatarUrl: (userId, avatarUrl) => setField(userId, 'avatar_url', avatarUrl),
    profile: (userId) => read(() => profiles.find(userId)),
    accountData: (userId, type) => read(() => accountData.find(userId, undefined, type)),
    addDirectRoom: async (userId, other, roomId) => void (await run(addDirectRoom, await as(userId), { other, roomId })),
    putAccountData: async (userId, type, content) => run(putAccountData, await as(userId), { userId, roomId: undefined, type, content }),

    deleteRoom: async (roomId) => void (await run(deleteRoom, MODULE, { ...WHOLE_ROOM, roomId })),
    createRoom: async (creator, request) => run(createRoom, await as(creator), request),
    async sendEvent({ sender, stateKey, txnId, ...event }) {
      const who = await as(sender);
      return stateKey === undefined ? run(sendEvent, who, { ...event, txnId }) : run(setState, who, { ...event, stateKey });
    },
    event: async (eventId) => (await read(() => events.find(eventId)))?.event,
    state: (roomId) => new RoomStateView(roomId, { read }),
    isKnown: async (roomId) => (await read(() => rooms.find(roomId))) !== undefined,
    joinedUserOf: async (roomId, server) => (await read(() => memberships.someJoinedOf(roomId, server, 1)))[0],
    aliasesOf: (roomId) => read(() => aliases.listFor(roomId)),
    lookUpAlias: async (alias) => (await read(() => aliases.find(alias)))?.roomId,

    isPublished: async (roomId) => (await read(() => roomSummaries.find(roomId)))?.isPublished === 1,
    publish: async (roomId, isPublished) =>
      run(setRoomVisibility, await publisher(roomId), { roomId, visibility: isPublished ? 'public' : 'private' }),

    setPresence: async (userId, presence) => run(setPresence, await as(userId), { userId, ...presence }),
    sendOnlinePresence: (userIds) => run(sendOnlinePresence, MODULE, userIds),

    serverTables: serverTables(),
    read,
    // What the work returns passes through the runner untouched.
    work: <T>(work: Parameters<typeof read<T>>[0]) => run(runModuleWork, MODULE, { work }) as Promise<T>,
    values: {
      find: moduleStore.find,
      put: moduleStore.put,
      remove: moduleStore.remove,
      list: moduleStore.list,
      usageOf: moduleStore.usageOf,
    },
    tables: moduleTables,
  };
}

async function requesterOf(access: Access, ctx: Context): Promise<Requester> {
  const token = accessTokenOf(ctx);
  if (token === undefined) throw missingToken();
  const who = await access.requesterOf(token, { origin: 'client', ip: ctx.ip, userAgent: ctx.get('user-agent') });
  if (who.barred === 'locked') throw userLocked();
  return who;
}
