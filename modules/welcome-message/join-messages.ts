import type { ModuleApi, ModuleEvent } from 'plexus/module';
import type { WelcomeConfig } from './config.ts';
import type { Host } from './host.ts';
import { compileMessage, valuesFor, type Message } from './message.ts';
import { roomIdOf } from './rooms.ts';

/** How many users may be on their way into rooms at once. */
const MOST_ENTERING = 1_000;

/** Says something in a room when somebody joins it. */
export class JoinMessages {
  readonly #api: ModuleApi;
  readonly #host: Host;
  readonly #messages: readonly { readonly rooms: readonly string[]; readonly message: Message }[];
  /** Whom the server has asked about. What comes after that may be a member's new name as well. */
  readonly #entering = new Set<string>();

  constructor(api: ModuleApi, host: Host, onJoin: WelcomeConfig['on_join']) {
    this.#api = api;
    this.#host = host;
    this.#messages = onJoin.map(({ rooms, message }, index) => ({ rooms, message: compileMessage(message, ['on_join', String(index), 'message']) }));
  }

  /** Somebody is about to join. */
  async entering(userId: string, roomId: string): Promise<void> {
    if ((await this.#messagesFor(roomId)).length === 0) return;
    const [oldest] = this.#entering.size >= MOST_ENTERING ? this.#entering : [];
    if (oldest !== undefined) this.#entering.delete(oldest);
    this.#entering.add(`${userId} ${roomId}`);
  }

  /** @returns whether an event brings somebody into a room where something is to be said */
  hasEntered({ membership, stateKey, roomId }: ModuleEvent): boolean {
    return membership === 'join' && this.#entering.delete(`${stateKey} ${roomId}`);
  }

  /** Says what is to be said to one user in one room. It may be repeated. */
  async say(userId: string, roomId: string): Promise<void> {
    if ((await this.#host.membershipOf(userId, roomId)) !== 'join') return;
    await this.#host.joinIfNeeded(roomId);
    const values = await valuesFor(this.#api, userId);
    for (const [index, message] of await this.#messagesFor(roomId)) await this.#host.say(roomId, message(values), `joined/${index}/${userId}`);
  }

  /** What is said in a room, with its place in the configuration. */
  async #messagesFor(roomId: string): Promise<readonly (readonly [index: number, message: Message])[]> {
    const found: (readonly [number, Message])[] = [];
    for (const [index, { rooms, message }] of this.#messages.entries()) {
      const ids = await Promise.all(rooms.map((room) => roomIdOf(this.#api, room)));
      if (ids.includes(roomId)) found.push([index, message]);
    }
    return found;
  }
}
