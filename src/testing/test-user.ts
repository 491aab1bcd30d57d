import type { DeviceId, UserId } from '../core/identifiers.ts';
import type { Run } from '../kernel/operation.ts';
import { registerUser } from '../operations/accounts/register-user.ts';
import { requestJson, send, sendRaw, type Ask } from './request.ts';

export type Json = Record<string, unknown>;
/** An event as clients get it: https://spec.matrix.org/v1.19/client-server-api/#room-event-format */
export type ClientEvent = Json & {
  readonly type: string;
  readonly content: Json;
  readonly sender: string;
  readonly event_id: string;
  readonly state_key?: string;
};
/** The reply of /sync as far as tests look into it: any JSON object. */
export type SyncReply = Json & { readonly next_batch: string };

interface Account {
  /** Where the server is, or how it is asked. */
  readonly url: string | Ask;
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly accessToken: string;
}

/** The reply of /login and /register, as far as it is needed here. */
interface Session {
  readonly user_id: string;
  readonly device_id: string;
  readonly access_token: string;
}

/** How long one /sync of `syncUntil` waits for news (ms), and how many are made before it gives up. */
const SYNC_TIMEOUT = 2_000;
const MAX_SYNCS = 20;
const MEDIA = '/_matrix/client/v1/media';

/** A user with a device, speaking to the server over HTTP as any client does. */
export class TestUser {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly accessToken: string;
  readonly #url: string | Ask;
  #txn = 0;
  #since: string | undefined;

  constructor(account: Account) {
    this.userId = account.userId;
    this.deviceId = account.deviceId;
    this.accessToken = account.accessToken;
    this.#url = account.url;
  }

  static async register(options: {
    readonly url: string | Ask;
    readonly run: Run;
    readonly name: string;
    readonly admin: boolean;
  }): Promise<TestUser> {
    const caller = { origin: 'client', ip: '127.0.0.1', userAgent: 'plexus/testing' } as const;
    const device = { deviceId: `${options.name.toUpperCase()}1` };
    const { userId, session } = await options.run(registerUser, caller, { username: options.name, isAdmin: options.admin, device });
    if (session === undefined) throw new Error('The user was not logged in');
    return new TestUser({ url: options.url, userId, deviceId: session.deviceId, accessToken: session.accessToken });
  }

  /** The user whom a reply of /login or /register is about. */
  static ofSession(url: string | Ask, session: unknown): TestUser {
    const { user_id: userId, device_id: deviceId, access_token: accessToken } = session as Session;
    return new TestUser({ url, accessToken, userId: userId as UserId, deviceId: deviceId as DeviceId });
  }

  /** Any request with this user's token. Path segments must be encoded. @throws RequestFailed */
  request(method: string, path: string, body?: unknown): Promise<Json> {
    return requestJson(this.#url, method, path, body, this.accessToken) as Promise<Json>;
  }

  /** A request below /_matrix/client/v3; segments in the template are encoded. */
  #call(method: string, segments: readonly string[], body?: unknown): Promise<Json> {
    return this.request(method, `/_matrix/client/v3/${segments.map(encodeURIComponent).join('/')}`, body);
  }

  /** @returns the id of the new room */
  async createRoom(options: Json = {}): Promise<string> {
    return (await this.#call('POST', ['createRoom'], options))['room_id'] as string;
  }

  async invite(roomId: string, user: TestUser | string): Promise<void> {
    await this.#call('POST', ['rooms', roomId, 'invite'], { user_id: typeof user === 'string' ? user : user.userId });
  }

  /** @returns the room's id */
  async join(roomIdOrAlias: string): Promise<string> {
    return (await this.#call('POST', ['join', roomIdOrAlias], {}))['room_id'] as string;
  }

  async leave(roomId: string): Promise<void> {
    await this.#call('POST', ['rooms', roomId, 'leave'], {});
  }

  async kick(roomId: string, user: TestUser): Promise<void> {
    await this.#call('POST', ['rooms', roomId, 'kick'], { user_id: user.userId });
  }

  async ban(roomId: string, user: TestUser): Promise<void> {
    await this.#call('POST', ['rooms', roomId, 'ban'], { user_id: user.userId });
  }

  async unban(roomId: string, user: TestUser): Promise<void> {
    await this.#call('POST', ['rooms', roomId, 'unban'], { user_id: user.userId });
  }

  /** @returns the room's id */
  async knock(roomIdOrAlias: string, reason?: string): Promise<string> {
    return (await this.#call('POST', ['knock', roomIdOrAlias], reason === undefined ? {} : { reason }))['room_id'] as string;
  }

  async forget(roomId: string): Promise<void> {
    await this.#call('POST', ['rooms', roomId, 'forget'], {});
  }

  /** @returns the id of the redaction */
  async redact(roomId: string, eventId: string, reason?: string): Promise<string> {
    const body = reason === undefined ? {} : { reason };
    return (await this.#call('PUT', ['rooms', roomId, 'redact', eventId, `t${this.#txn++}`], body))['event_id'] as string;
  }

  /** @param key an emoji, mostly @returns the id of the reaction */
  react(roomId: string, eventId: string, key = '👍'): Promise<string> {
    return this.sendEvent(roomId, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: eventId, key } });
  }

  /** Replaces a text of one's own. @returns the id of the event that says so */
  edit(roomId: string, eventId: string, body: string): Promise<string> {
    const text = { msgtype: 'm.text', body };
    return this.send(roomId, { ...text, 'm.new_content': text, 'm.relates_to': { rel_type: 'm.replace', event_id: eventId } });
  }

  /** Sends a text into the thread of an event. @returns the event id */
  sendInThread(roomId: string, rootId: string, body: string): Promise<string> {
    return this.send(roomId, { msgtype: 'm.text', body, 'm.relates_to': { rel_type: 'm.thread', event_id: rootId } });
  }

  /** The roots of a room's threads, those that were spoken in last first. */
  async threads(roomId: string): Promise<ClientEvent[]> {
    return (await this.request('GET', `/_matrix/client/v1/rooms/${encodeURIComponent(roomId)}/threads`))['chunk'] as ClientEvent[];
  }

  async getEvent(roomId: string, eventId: string): Promise<ClientEvent> {
    return (await this.#call('GET', ['rooms', roomId, 'event', eventId])) as ClientEvent;
  }

  /** Says that this user is writing. @param ms for how long; 0: no more */
  async typing(roomId: string, ms = 30_000): Promise<void> {
    await this.#call('PUT', ['rooms', roomId, 'typing', this.userId], ms > 0 ? { typing: true, timeout: ms } : { typing: false });
  }

  async markRead(roomId: string, eventId: string): Promise<void> {
    await this.#call('POST', ['rooms', roomId, 'receipt', 'm.read', eventId], {});
  }

  /** All fields of a profile. */
  profile(userId: string = this.userId): Promise<Json> {
    return this.#call('GET', ['profile', userId]);
  }

  async setProfile(field: 'displayname' | 'avatar_url' | (string & {}), value: unknown): Promise<void> {
    await this.#call('PUT', ['profile', this.userId, field], { [field]: value });
  }

  /** @throws RequestFailed with 404 when there is none */
  getAccountData(type: string, roomId?: string): Promise<Json> {
    return this.#call('GET', this.#accountData(type, roomId));
  }

  async setAccountData(type: string, content: Json, roomId?: string): Promise<void> {
    await this.#call('PUT', this.#accountData(type, roomId), content);
  }

  async setPresence(presence: 'online' | 'unavailable' | 'offline', statusMsg?: string): Promise<void> {
    await this.#call('PUT', ['presence', this.userId, 'status'], { presence, ...(statusMsg !== undefined && { status_msg: statusMsg }) });
  }

  async setAlias(alias: string, roomId: string): Promise<void> {
    await this.#call('PUT', ['directory', 'room', alias], { room_id: roomId });
  }

  async publish(roomId: string, visibility: 'public' | 'private' = 'public'): Promise<void> {
    await this.#call('PUT', ['directory', 'list', 'room', roomId], { visibility });
  }

  async searchUsers(term: string): Promise<Json[]> {
    return (await this.#call('POST', ['user_directory', 'search'], { search_term: term }))['results'] as Json[];
  }

  async devices(): Promise<Json[]> {
    return (await this.#call('GET', ['devices']))['devices'] as Json[];
  }

  async renameDevice(deviceId: string, displayName: string): Promise<void> {
    await this.#call('PUT', ['devices', deviceId], { display_name: displayName });
  }

  /** Has notifications sent to https://push.test, where the kit catches them: `server.outside.takePush`. */
  async addPusher(pushkey = this.deviceId as string): Promise<void> {
    const names = { app_id: 'test', app_display_name: 'Test', device_display_name: pushkey, lang: 'en' };
    await this.#call('POST', ['pushers', 'set'], { ...names, kind: 'http', pushkey, data: { url: 'https://push.test/_matrix/push/v1/notify' } });
  }

  async logout(): Promise<void> {
    await this.#call('POST', ['logout'], {});
  }

  #accountData(type: string, roomId: string | undefined): readonly string[] {
    return ['user', this.userId, ...(roomId === undefined ? [] : ['rooms', roomId]), 'account_data', type];
  }

  /** Sends a text, or any content as m.room.message. @returns the event id */
  send(roomId: string, content: string | Json): Promise<string> {
    return this.sendEvent(roomId, 'm.room.message', typeof content === 'string' ? { msgtype: 'm.text', body: content } : content);
  }

  /** @returns the event id */
  async sendEvent(roomId: string, type: string, content: Json): Promise<string> {
    return (await this.#call('PUT', ['rooms', roomId, 'send', type, `t${this.#txn++}`], content))['event_id'] as string;
  }

  /** @returns the event id */
  async setState(roomId: string, type: string, content: Json, stateKey = ''): Promise<string> {
    return (await this.#call('PUT', ['rooms', roomId, 'state', type, stateKey], content))['event_id'] as string;
  }

  /** @returns the mxc:// address of the file */
  async upload(content: string | Uint8Array<ArrayBuffer>, contentType = 'text/plain'): Promise<string> {
    const reply = await send(this.#url, 'POST', '/_matrix/media/v3/upload', { body: content, contentType, token: this.accessToken });
    return (reply as { content_uri: string }).content_uri;
  }

  /** @param uri mxc://… @throws RequestFailed */
  async download(uri: string): Promise<{ readonly content: Uint8Array; readonly contentType: string }> {
    const response = await sendRaw(this.#url, 'GET', `${MEDIA}/download/${uri.replace('mxc://', '')}`, { token: this.accessToken });
    return { content: new Uint8Array(await response.arrayBuffer()), contentType: response.headers.get('content-type') ?? '' };
  }

  /** The content of one piece of state. */
  getState(roomId: string, type: string, stateKey = ''): Promise<Json> {
    return this.#call('GET', ['rooms', roomId, 'state', type, stateKey]);
  }

  /** The newest events of a room, newest first. */
  async messages(roomId: string, limit = 50): Promise<ClientEvent[]> {
    return (await this.request('GET', `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages?dir=b&limit=${limit}`))[
      'chunk'
    ] as ClientEvent[];
  }

  /** One /sync. @param query e.g. `{ since, timeout: '0' }` */
  sync(query: Readonly<Record<string, string>> = {}): Promise<SyncReply> {
    return this.request('GET', `/_matrix/client/v3/sync?${new URLSearchParams(query).toString()}`) as Promise<SyncReply>;
  }

  /**
   * Syncs on from where the last call ended until a reply fits.
   * @throws Error with the last reply when none of many did
   */
  async syncUntil(fits: (reply: SyncReply) => boolean): Promise<SyncReply> {
    let reply: SyncReply | undefined;
    for (let round = 0; round < MAX_SYNCS; round++) {
      const since = this.#since;
      reply = await this.sync(since === undefined ? { timeout: '0' } : { since, timeout: String(SYNC_TIMEOUT) });
      this.#since = reply.next_batch;
      if (fits(reply)) return reply;
    }
    throw new Error(`No /sync had what the test waits for; the last was ${JSON.stringify(reply)}`);
  }
}
