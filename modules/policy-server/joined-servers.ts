import { LRUCache } from 'lru-cache';
import type { ModuleApi, ModuleEvent, StateEvents } from 'plexus/module';

/** Rooms whose policy servers are remembered. */
const MAX_ROOMS = 10_000;

interface Known {
  readonly via: string;
  /** A joined user of that server; undefined when there is none. */
  readonly userId: string | undefined;
}

/** Knows whether policy servers are in their rooms without going through the members each time. */
export class JoinedServers {
  readonly #api: Pick<ModuleApi, 'getJoinedUserOf'>;
  /** How many members have come and gone. */
  #changes = 0;
  readonly #rooms = new LRUCache<string, Known>({ max: MAX_ROOMS });

  constructor(api: Pick<ModuleApi, 'getJoinedUserOf'>) {
    this.#api = api;
  }

  /** @param state the room's */
  async has(via: string, roomId: string, state: StateEvents): Promise<boolean> {
    const known = this.#rooms.get(roomId);
    if (known?.via === via && (known.userId === undefined || (await isJoined(known.userId, state)))) return known.userId !== undefined;
    const changes = this.#changes;
    const userId = await this.#api.getJoinedUserOf(roomId, via);
    // That nobody was there may be old news by now.
    if (userId !== undefined || changes === this.#changes) this.#rooms.set(roomId, { via, userId });
    return userId !== undefined;
  }

  /** A server may have come into the room. */
  noteMember({ type, roomId, stateKey = '' }: ModuleEvent): void {
    if (type !== 'm.room.member') return;
    this.#changes += 1;
    const known = this.#rooms.peek(roomId);
    if (known !== undefined && stateKey.endsWith(`:${known.via}`)) this.#rooms.delete(roomId);
  }
}

const isJoined = async (userId: string, state: StateEvents): Promise<boolean> => (await state.get('m.room.member', userId))?.membership === 'join';
