import { isRefusal, type JsonValue, type ModuleApi } from 'plexus/module';
import type { WelcomeConfig } from './config.ts';
import type { Host } from './host.ts';
import { valuesFor, type Message } from './message.ts';
import { roomIdOf } from './rooms.ts';

const roomKey = (userId: string): string => `room/${userId}`;

/** Greets users. Every step may be repeated: what is there already stays, so that one that was interrupted can begin anew. */
export class Greeting {
  readonly #api: ModuleApi;
  readonly #host: Host;
  readonly #config: WelcomeConfig;
  readonly #message: Message | undefined;

  constructor(api: ModuleApi, host: Host, config: WelcomeConfig, message: Message | undefined) {
    this.#api = api;
    this.#host = host;
    this.#config = config;
    this.#message = message;
  }

  /** @throws Error when something goes wrong that may go better another time */
  async greet(userId: string): Promise<void> {
    const message = this.#message;
    if (message !== undefined) await this.#unlessRefused(userId, 'direct room', () => this.#write(userId, message));
    for (const room of this.#config.join) await this.#unlessRefused(userId, room, () => this.#bringInto(userId, room, true));
    for (const room of this.#config.invite_to) await this.#unlessRefused(userId, room, () => this.#bringInto(userId, room, false));
  }

  /** The room in which a user was greeted. */
  roomOf(userId: string): Promise<JsonValue | undefined> {
    return this.#api.store.get(roomKey(userId));
  }

  async forget(userId: string): Promise<void> {
    await this.#api.store.delete(roomKey(userId));
  }

  async #write(userId: string, message: Message): Promise<void> {
    const roomId = await this.#directRoom(userId);
    const membership = await this.#host.membershipOf(userId, roomId);
    if (membership === undefined) await this.#host.invite(userId, roomId, { is_direct: true });
    else if (membership !== 'invite' && membership !== 'join') return;
    await this.#api.accountDataManager.addDirectRoom(userId, this.#host.userId, roomId);
    await this.#host.say(roomId, message(await valuesFor(this.#api, userId)), 'greeting');
  }

  /**
   * The user is invited only once the room is noted, and of two rooms (the module may be exchanged meanwhile) only the first is: nobody ever
   * hears of another.
   */
  async #directRoom(userId: string): Promise<string> {
    const known = await this.roomOf(userId);
    if (typeof known === 'string') return known;
    const { room_name: name } = this.#config;
    const { roomId } = await this.#api.createRoom(this.#host.userId, {
      preset: 'private_chat',
      is_direct: true,
      ...(name !== undefined && { name }),
    });
    const noted = await this.#api.store.update(roomKey(userId), (before) => before ?? roomId);
    return typeof noted === 'string' ? noted : roomId;
  }

  /** Whoever has declined, has left or was banned is left alone. */
  async #bringInto(userId: string, room: string, joins: boolean): Promise<void> {
    const roomId = await roomIdOf(this.#api, room);
    if (roomId === undefined) throw new Error(`${room} leads nowhere`);
    const membership = await this.#host.membershipOf(userId, roomId);
    if (membership !== undefined && (membership !== 'invite' || !joins)) return;
    if (membership === undefined && !(joins && (await this.#isOpen(roomId)))) {
      await this.#host.joinIfNeeded(roomId);
      await this.#host.invite(userId, roomId);
    }
    if (joins) await this.#api.updateRoomMembership(userId, userId, roomId, 'join');
  }

  async #isOpen(roomId: string): Promise<boolean> {
    return (await (await this.#api.getRoomState(roomId)).get('m.room.join_rules'))?.content['join_rule'] === 'public';
  }

  /** A refusal concerns what was refused, and nothing else. */
  async #unlessRefused(userId: string, what: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#api.log.warn({ error, userId, room: what }, 'a user is not greeted there');
    }
  }
}
