import type { Context } from 'koa';
import type { Event } from '../core/event.ts';
import type { DeviceId, EventId, RoomAlias, RoomId, ServerName, UserId } from '../core/identifiers.ts';
import type { JsonObject, JsonValue } from '../core/json.ts';
import type { RawReply } from '../kernel/endpoint.ts';
import type { StateView } from '../kernel/event-plan.ts';
import type { PresenceState } from '../kernel/question-values.ts';
import type { Requester } from '../kernel/requester.ts';
import type { Work } from '../kernel/work.ts';

/** What modules can do, as the server offers it: everything that acts runs an operation, about which the other modules are asked. */
export interface Actions extends AccountActions, SessionActions, IdentityActions, RoomActions, PresenceActions, NotificationActions, StorageActions {}

export interface AccountActions {
  /** @throws M_MISSING_TOKEN, M_UNKNOWN_TOKEN */
  requesterOf(ctx: Context): Promise<Requester>;
  /** An account of this server; undefined when there is none. */
  account(userId: UserId): Promise<Account | undefined>;
  /** @throws M_USER_IN_USE, M_INVALID_USERNAME; what a module refuses with */
  registerUser(user: {
    readonly username: string;
    readonly displayName: string | undefined;
    readonly emails: readonly string[];
    readonly isAdmin: boolean;
  }): Promise<UserId>;
  /** @throws M_NOT_FOUND */
  setAdmin(userId: UserId, isAdmin: boolean): Promise<void>;
  /** Accounts in the order of their ids. @param after the id behind which to go on */
  accounts(after: string, limit: number): Promise<readonly Account[]>;
  setDisplayName(userId: UserId, displayName: string): Promise<void>;
  /** @throws M_INVALID_PARAM */
  setAvatarUrl(userId: UserId, avatarUrl: string): Promise<void>;
  /** All fields of a profile. */
  profile(userId: UserId): Promise<JsonObject>;
  accountData(userId: UserId, type: string): Promise<JsonObject | undefined>;
  putAccountData(userId: UserId, type: string, content: JsonObject): Promise<void>;
  /** Notes that a room is a direct chat of the user's with somebody. */
  addDirectRoom(userId: UserId, other: UserId, roomId: RoomId): Promise<void>;
}

export interface SessionActions {
  /** @throws M_NOT_FOUND */
  registerDevice(device: {
    readonly userId: UserId;
    readonly deviceId: string | undefined;
    readonly displayName: string | undefined;
  }): Promise<NewDevice>;
  /** @throws M_NOT_FOUND, M_INVALID_PARAM */
  createLoginToken(wish: { readonly userId: UserId; readonly lifetime: number; readonly provider: string | undefined }): Promise<string>;
  /** What a browser is answered whose user is recognised. @throws M_INVALID_PARAM */
  completeSsoLogin(login: {
    readonly userId: UserId;
    readonly redirectUrl: string;
    readonly isNew: boolean;
    readonly provider: string | undefined;
  }): Promise<RawReply>;
  /** @throws M_UNKNOWN_TOKEN */
  endAccessToken(token: string): Promise<void>;
  /** From where each device was last used. */
  connectionsOf(
    userId: UserId,
  ): Promise<readonly { readonly ip: string | null; readonly userAgent: string | null; readonly lastSeen: number | null }[]>;
}

export interface IdentityActions {
  thirdPartyIds(
    userId: UserId,
  ): Promise<readonly { readonly medium: string; readonly address: string; readonly validatedTs: number; readonly addedTs: number }[]>;
  /** @throws M_USER_IN_USE, M_INVALID_USERNAME */
  checkUsername(localpart: string): Promise<void>;
  /** @throws M_NOT_FOUND, M_INVALID_PARAM */
  recordExternalId(external: { readonly provider: string; readonly subject: string }, userId: UserId): Promise<void>;
  /** @throws M_NOT_FOUND, M_INVALID_PARAM */
  recordIdentityBinding(userId: UserId, binding: { readonly medium: string; readonly address: string; readonly idServer: string }): Promise<void>;
  /** @param from @param to milliseconds since the epoch; the last 30 days when they are undefined */
  activeUsers(
    from: number | undefined,
    to: number | undefined,
  ): Promise<readonly { readonly appServiceId: string | undefined; readonly userId: UserId }[]>;
}

export interface Account {
  readonly userId: UserId;
  readonly isGuest: boolean;
  readonly isAdmin: boolean;
  readonly isDeactivated: boolean;
  readonly isShadowBanned: boolean;
  readonly userType: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdTs: number;
}

export interface NewDevice {
  readonly deviceId: DeviceId;
  readonly accessToken: string;
  /** ms */
  readonly expiresInMs: number | undefined;
  readonly refreshToken: string | undefined;
}

export interface RoomActions {
  /** Begins to delete a room. @throws M_NOT_FOUND; what a module refuses with */
  deleteRoom(roomId: RoomId): Promise<void>;
  createRoom(creator: UserId, request: Record<string, unknown>): Promise<RoomId>;
  sendEvent(event: NewEvent): Promise<EventId>;
  event(eventId: EventId): Promise<Event | undefined>;
  isKnown(roomId: RoomId): Promise<boolean>;
  /** The present state; empty for an unknown room. */
  state(roomId: RoomId): StateView;
  /** A joined user of a server, if one is in the room. */
  joinedUserOf(roomId: RoomId, serverName: ServerName): Promise<UserId | undefined>;
  /** The aliases of this server that lead to a room. */
  aliasesOf(roomId: RoomId): Promise<readonly RoomAlias[]>;
  lookUpAlias(alias: RoomAlias): Promise<RoomId | undefined>;
  /** Whether a room is in the published directory; false for an unknown one. */
  isPublished(roomId: RoomId): Promise<boolean>;
  /** @throws M_NOT_FOUND; what a module refuses with */
  publish(roomId: RoomId, isPublished: boolean): Promise<void>;
}

export interface NewEvent {
  readonly roomId: RoomId;
  readonly sender: UserId;
  readonly type: string;
  /** Undefined for a message event. */
  readonly stateKey: string | undefined;
  readonly content: JsonObject;
  /** Names a request that may be made again: a message event is sent for it once. */
  readonly txnId?: string | undefined;
}

export interface PresenceActions {
  /** @throws M_NOT_FOUND, M_INVALID_PARAM */
  setPresence(userId: UserId, presence: { readonly state: PresenceState['state']; readonly statusMsg: string | undefined }): Promise<void>;
  /** Tells users once more of everybody who is online and whose presence they may see. */
  sendOnlinePresence(userIds: readonly UserId[]): Promise<void>;
}

export interface NotificationActions {
  /** @throws M_NOT_FOUND, M_INVALID_PARAM */
  setPushRuleActions(userId: UserId, change: { readonly kind: string; readonly ruleId: string; readonly actions: JsonValue }): Promise<void>;
  /** @returns by device whether its gateway took it */
  push(
    userId: UserId,
    notification: {
      readonly deviceId: string | null;
      readonly content: JsonObject;
      readonly tweaks: JsonObject;
      readonly defaultPayload: JsonObject;
    },
  ): Promise<Readonly<Record<string, boolean>>>;
  /** @throws M_INVALID_PARAM; M_UNKNOWN where the server sends no mails */
  sendMail(mail: { readonly recipient: string; readonly subject: string; readonly html: string; readonly text: string }): Promise<void>;
}

export interface StorageActions {
  /** The tables that are the server's. */
  readonly serverTables: ReadonlySet<string>;
  /** Runs work that only reads. */
  read<T>(work: () => Work<T>): Promise<T>;
  /** Runs work in one transaction. */
  work<T>(work: () => Work<T>): Promise<T>;
  /** What a module keeps by key. */
  readonly values: ValueStore;
  /** What a module keeps in tables of its own. */
  readonly tables: TableStore;
}

/** How much a module keeps. */
export interface Usage {
  readonly rows: number;
  readonly bytes: number;
}

/** Work on the tables of modules. */
export interface TableStore {
  /** Whose each table is; names in lower case. */
  owners(): Work<ReadonlyMap<string, string>>;
  /** Notes which tables a module has, by what their names begin with. */
  note(module: string, prefix: string): Work<void>;
  usageOf(module: string): Work<Usage>;
  /** The hashes of the steps that a module has applied, in order. */
  steps(module: string): Work<readonly string[]>;
  noteStep(module: string, step: number, hash: string): Work<void>;
}

/** Each of these is Work on the values of one module. */
export interface ValueStore {
  usageOf(module: string): Work<Usage>;
  find(module: string, key: string): Work<JsonValue | undefined>;
  put(module: string, key: string, value: JsonValue): Work<void>;
  remove(module: string, key: string): Work<boolean>;
  list(module: string, prefix: string, after: string, limit: number): Work<readonly { readonly key: string; readonly value: JsonValue }[]>;
}
