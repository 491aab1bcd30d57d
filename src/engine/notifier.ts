import type { RoomId } from '../core/identifiers.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Committed, Database } from '../kernel/database.ts';
import type { Topic } from '../kernel/work.ts';
import { ChangeLog } from './change-log.ts';

type Waiter = () => void;

/** How many waiters are woken in one turn of the event loop. */
const WOKEN_AT_ONCE = 10;

/**
 * Wakes whoever waits for a topic. A wake-up carries no data: the woken read the store from their own position, so a lost
 * wake-up loses nothing. Waiters must register before they read.
 */
export class Notifier {
  readonly #waiters = new Map<Topic, Set<Waiter>>();
  /** Topics whose waiters are woken by another topic too. */
  readonly #followers = new Map<Topic, Set<Topic>>();
  readonly #changes = new ChangeLog<Topic>();
  readonly #clock: Clock;
  readonly #database: Pick<Database, 'durablePosition'>;
  /** Topics that were never woken since the start may have changed up to here. */
  readonly #floor: number;
  #memoryPosition: number;
  #closed = false;

  constructor(database: Pick<Database, 'durablePosition' | 'onCommit'>, clock: Clock) {
    this.#clock = clock;
    this.#database = database;
    this.#floor = database.durablePosition;
    this.#memoryPosition = clock.now();
    database.onCommit((committed) => this.#committed(committed));
  }

  /** The newest stream position that clients may be told. */
  get position(): number {
    return this.#database.durablePosition;
  }

  /** The newest position of what lives in memory. Positions are times (ms), so that those of an earlier process are smaller. */
  get memoryPosition(): number {
    return this.#memoryPosition;
  }

  /** True once the server ends: nobody waits any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** False only when nothing about the topic changed after the position; spares the question to the database. */
  mayHaveChanged(topic: Topic, after: number): boolean {
    return after < (this.#changes.positionOf(topic) ?? this.#floor);
  }

  /** Those of some rooms about which something may have changed after the position: looks at the rooms or at what changed, whichever is less. */
  roomsChanged(rooms: ReadonlySet<RoomId>, after: number): readonly RoomId[] {
    const lookAtRooms = (): readonly RoomId[] => [...rooms].filter((roomId) => this.mayHaveChanged(`room:${roomId}`, after));
    if (after < this.#floor) return lookAtRooms();
    const changed: RoomId[] = [];
    let looked = 0;
    for (const topic of this.#changes.after(after)) {
      if (++looked > rooms.size) return lookAtRooms();
      const roomId = topic.slice(topic.indexOf(':') + 1) as RoomId;
      if (rooms.has(roomId)) changed.push(roomId);
    }
    return changed;
  }

  /**
   * Wakes topics for something that lives in memory (typing, presence).
   * @returns the position that the change has taken on the line of what lives in memory
   */
  wake(topics: Iterable<Topic>): number {
    this.#memoryPosition = Math.max(this.#memoryPosition + 1, this.#clock.now());
    this.#wakeAll(topics);
    return this.#memoryPosition;
  }

  /** From now on who waits for `follower` is woken by `topic` too, without registering for it each time. */
  follow(follower: Topic, topic: Topic): void {
    addTo(this.#followers, topic, follower);
  }

  unfollow(follower: Topic, topic: Topic): void {
    removeFrom(this.#followers, topic, follower);
  }

  /**
   * Starts to wait for any of the topics.
   * @param timeout ms
   * @returns `woken` resolves at the first wake-up, the timeout, the signal or the server's end; call `cancel` when it is not needed any more
   */
  listen(topics: Iterable<Topic>, timeout: number, signal: AbortSignal): { readonly woken: Promise<void>; cancel(): void } {
    const list = [...topics];
    let finish: Waiter = () => undefined;
    const woken = new Promise<void>((resolve) => (finish = resolve));
    const timer = this.#clock.after(timeout, finish);
    signal.addEventListener('abort', finish);
    for (const topic of list) addTo(this.#waiters, topic, finish);
    if (this.#closed || signal.aborted || timeout <= 0) finish();
    const cancel = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', finish);
      for (const topic of list) removeFrom(this.#waiters, topic, finish);
      finish();
    };
    return { woken, cancel };
  }

  /** Answers every long poll, now and from now on. */
  close(): void {
    this.#closed = true;
    this.#wakeAll(this.#waiters.keys());
  }

  #committed({ position, topics }: Committed): void {
    for (const topic of topics) this.#changes.record(topic, position);
    this.#wakeAll(topics);
  }

  #wakeAll(topics: Iterable<Topic>): void {
    const woken = new Set<Waiter>();
    for (const topic of topics) {
      for (const waiter of this.#waiters.get(topic) ?? []) woken.add(waiter);
      for (const follower of this.#followers.get(topic) ?? []) {
        for (const waiter of this.#waiters.get(follower) ?? []) woken.add(waiter);
      }
    }
    wakeSome([...woken]);
  }
}

/** Each of the woken reads the store: a large room's many members must not keep everybody else waiting. */
function wakeSome(waiters: readonly Waiter[], from = 0): void {
  for (const waiter of waiters.slice(from, from + WOKEN_AT_ONCE)) waiter();
  if (from + WOKEN_AT_ONCE < waiters.length) setImmediate(() => wakeSome(waiters, from + WOKEN_AT_ONCE));
}

function addTo<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}

function removeFrom<K, V>(sets: Map<K, Set<V>>, key: K, value: V): void {
  const set = sets.get(key);
  set?.delete(value);
  if (set?.size === 0) sets.delete(key);
}
