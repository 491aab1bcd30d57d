import type { RoomId, UserId } from '../core/identifiers.ts';
import type { Clock, Timer } from '../kernel/clock.ts';
import type { Committed, Database } from '../kernel/database.ts';
import type { Topic } from '../kernel/work.ts';
import { ChangeLog } from './change-log.ts';
import { finishedTyping } from './finished-typing.ts';
import type { Notifier } from './notifier.ts';

/** ms; whoever types longer says so again. */
const MAX_TIMEOUT = 120_000;

/** What is stored, without the right to write. */
type Stored = Pick<Database, 'read' | 'onCommit' | 'durablePosition'>;

interface TypingRoom {
  /** Who types, with the end of it. */
  readonly users: Map<UserId, Timer>;
  /** Up to where the room's events were searched for what ends typing. */
  seen: number;
}

/** Who is typing where: https://spec.matrix.org/v1.19/client-server-api/#typing-notifications. In memory only. */
export class Typing {
  readonly #rooms = new Map<RoomId, TypingRoom>();
  readonly #changes = new ChangeLog<RoomId>();
  readonly #database: Stored;
  readonly #notifier: Notifier;
  readonly #clock: Clock;

  constructor(database: Stored, notifier: Notifier, clock: Clock) {
    this.#database = database;
    this.#notifier = notifier;
    this.#clock = clock;
    database.onCommit((committed) => this.#committed(committed));
  }

  /** @param timeout ms, two minutes at most */
  start(roomId: RoomId, userId: UserId, timeout: number): void {
    const room = this.#rooms.get(roomId) ?? { users: new Map<UserId, Timer>(), seen: this.#database.durablePosition };
    this.#rooms.set(roomId, room);
    const before = room.users.get(userId);
    before?.cancel();
    room.users.set(
      userId,
      this.#clock.after(Math.min(timeout, MAX_TIMEOUT), () => this.stop(roomId, userId)),
    );
    if (before === undefined) this.#changed(roomId);
  }

  stop(roomId: RoomId, userId: UserId): void {
    const room = this.#rooms.get(roomId);
    const timer = room?.users.get(userId);
    if (room === undefined || timer === undefined) return;
    timer.cancel();
    room.users.delete(userId);
    if (room.users.size === 0) this.#rooms.delete(roomId);
    this.#changed(roomId);
  }

  /** Ends all typing, so that no client is left with the last news of a server that stops. */
  stopAll(): void {
    for (const [roomId, { users }] of this.#rooms) for (const userId of users.keys()) this.stop(roomId, userId);
  }

  /** Who types in a room. */
  usersIn(roomId: RoomId): readonly UserId[] {
    return [...(this.#rooms.get(roomId)?.users.keys() ?? [])];
  }

  /** The rooms in which somebody began or ended to type after a memory position. */
  changedAfter(position: number): Iterable<RoomId> {
    return this.#changes.after(position);
  }

  #changed(roomId: RoomId): void {
    this.#changes.record(roomId, this.#notifier.wake([`room:${roomId}`]));
  }

  /** Sending a message ends typing, and so does leaving the room. */
  #committed({ topics }: Committed): void {
    if (this.#rooms.size === 0) return;
    for (const topic of topics) {
      const roomId = roomOf(topic);
      const room = roomId === undefined ? undefined : this.#rooms.get(roomId);
      if (roomId !== undefined && room !== undefined) void this.#stopFinished(roomId, room);
    }
  }

  async #stopFinished(roomId: RoomId, room: TypingRoom): Promise<void> {
    const { seen } = room;
    room.seen = this.#database.durablePosition;
    const finished = await this.#database.read(() => finishedTyping(roomId, [...room.users.keys()], seen));
    for (const userId of finished) this.stop(roomId, userId);
  }
}

const roomOf = (topic: Topic): RoomId | undefined => (topic.startsWith('room:') ? (topic.slice('room:'.length) as RoomId) : undefined);
