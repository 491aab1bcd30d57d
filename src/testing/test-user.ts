import type { DeviceId, UserId } from '../core/identifiers.ts';
import type { Run } from '../kernel/operation.ts';
import { registerUser } from '../operations/accounts/register-user.ts';
import { requestJson, send } from './request.ts';

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
  readonly url: string;
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly accessToken: string;
}

/** How long one /sync of `syncUntil` waits for news (ms), and how many are made before it gives up. */
const SYNC_TIMEOUT = 2_000;
const MAX_SYNCS = 20;

/** A user with a device, speaking to the server over HTTP as any client does. */
export class TestUser {
  readonly userId: UserId;
  readonly deviceId: DeviceId;
  readonly accessToken: string;
  readonly #url: string;
  #txn = 0;
  #since: string | undefined;

  constructor(account: Account) {
    this.userId = account.userId;
    this.deviceId = account.deviceId;
    this.accessToken = account.accessToken;
    this.#url = account.url;
  }

  static async register(options: { readonly url: string; readonly run: Run; readonly name: string; readonly admin: boolean }): Promise<TestUser> {
    const caller = { origin: 'client', ip: '127.0.0.1', userAgent: 'plexus/testing' } as const;
    const device = { deviceId: `${options.name.toUpperCase()}1` };
    const { userId, session } = await options.run(registerUser, caller, { username: options.name, isAdmin: options.admin, device });
    if (session === undefined) throw new Error('The user was not logged in');
    return new TestUser({ url: options.url, userId, deviceId: session.deviceId, accessToken: session.accessToken });
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
