import {
  ClientEvent,
  createClient,
  RoomEvent,
  RoomMemberEvent,
  UserEvent,
  type ICreateClientOpts,
  type MatrixClient,
  type MatrixEvent,
  type Room,
} from 'matrix-js-sdk';
import type { Logger } from 'matrix-js-sdk/lib/logger.js';

/** How long a client waits for what is to happen (ms). */
const PATIENCE = 10_000;

const nothing = (): void => undefined;
export const SILENT: Logger = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing, getChild: () => SILENT };

interface Session {
  readonly user_id: string;
  readonly access_token?: string;
  readonly device_id?: string;
}

/** A matrix-js-sdk client without encryption, as an app holds it. */
export class ChatClient {
  readonly client: MatrixClient;

  private constructor(client: MatrixClient) {
    this.client = client;
  }

  /** Registers an account with the client's own requests. */
  static async register(url: string, username: string, password: string): Promise<void> {
    const anonymous = createClient({ baseUrl: url, logger: SILENT });
    await anonymous.registerRequest({ username, password, inhibit_login: true, auth: { type: 'm.login.dummy' } });
  }

  /** Logs in and resolves after the first sync. @param more options of the client */
  static async logIn(url: string, user: string, password: string, more: Partial<ICreateClientOpts> = {}): Promise<ChatClient> {
    const login = createClient({ baseUrl: url, logger: SILENT });
    const identifier = { type: 'm.id.user', user };
    return ChatClient.#start(url, await login.loginRequest({ type: 'm.login.password', identifier, password }), more);
  }

  /** Comes in without an account. */
  static async asGuest(url: string): Promise<ChatClient> {
    return ChatClient.#start(url, await createClient({ baseUrl: url, logger: SILENT }).registerGuest(), {}, true);
  }

  static async #start(url: string, session: Session, more: Partial<ICreateClientOpts>, isGuest = false): Promise<ChatClient> {
    const { user_id: userId, access_token: accessToken = '', device_id: deviceId = '' } = session;
    const started = new ChatClient(createClient({ baseUrl: url, userId, accessToken, deviceId, logger: SILENT, timelineSupport: true, ...more }));
    started.client.setGuest(isGuest);
    const prepared = started.until('the first sync', () => started.client.isInitialSyncComplete());
    await started.client.startClient({ initialSyncLimit: 20, threadSupport: true });
    await prepared;
    return started;
  }

  get userId(): string {
    return this.client.getSafeUserId();
  }

  /** The room as this client knows it. @throws Error when it does not */
  room(roomId: string): Room {
    const room = this.client.getRoom(roomId);
    if (room === null) throw new Error(`${this.userId} does not know ${roomId}`);
    return room;
  }

  /** An event of a room, once it has arrived and says what is asked for. */
  event(roomId: string, eventId: string, fits: (event: MatrixEvent) => boolean = () => true): Promise<MatrixEvent> {
    return this.until(eventId, () => {
      const event = this.client.getRoom(roomId)?.findEventById(eventId);
      return event !== undefined && fits(event) ? event : undefined;
    });
  }

  /** Looks again whenever something has come in, until there is something to find. */
  async until<T>(what: string, find: () => T | undefined | null | false): Promise<T> {
    return new Promise((resolve, reject) => {
      const signals = [ClientEvent.Sync, RoomEvent.Timeline, RoomEvent.Receipt, RoomMemberEvent.Typing, UserEvent.Presence] as const;
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        for (const signal of signals) this.client.off(signal, look);
        act();
      };
      const look = (): void => {
        const found = find();
        if (found !== undefined && found !== null && found !== false) settle(() => resolve(found));
      };
      const timer = setTimeout(() => settle(() => reject(new Error(`${this.userId} waited in vain for ${what}`))), PATIENCE);
      for (const signal of signals) this.client.on(signal, look);
      look();
    });
  }
}
