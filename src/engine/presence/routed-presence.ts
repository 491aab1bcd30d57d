import { LRUCache } from 'lru-cache';
import { growingTo } from '../../core/growing-to.ts';
import type { UserId } from '../../core/identifiers.ts';
import type { PresenceState } from '../../kernel/question-values.ts';
import type { Notifier } from '../notifier.ts';

/** Receivers that are remembered; who was forgotten hears of the next change again. */
const MAX_RECEIVERS = 10_000;

interface Routed {
  readonly state: PresenceState;
  readonly position: number;
}

/** Presence that modules have sent to users who would not see it otherwise. */
export class RoutedPresence {
  readonly #receivers = new LRUCache<UserId, Map<UserId, Routed>>(growingTo(MAX_RECEIVERS));
  /** Who is to be told everything again, since when. */
  readonly #refreshed = new LRUCache<UserId, number>(growingTo(MAX_RECEIVERS));
  readonly #notifier: Notifier;
  #position = 0;

  constructor(notifier: Notifier) {
    this.#notifier = notifier;
  }

  /** The memory position of the last change. */
  get position(): number {
    return this.#position;
  }

  /** @param routes the states that each receiver is to be told */
  send(routes: ReadonlyMap<UserId, ReadonlySet<PresenceState>>): void {
    for (const [receiver, states] of routes) {
      const known = this.#receivers.get(receiver) ?? new Map<UserId, Routed>();
      this.#receivers.set(receiver, known);
      this.#position = this.#notifier.wake([`user:${receiver}`]);
      for (const state of states) known.set(state.userId, { state, position: this.#position });
    }
  }

  /** Has users told of everybody who is online, as if they synced for the first time. */
  refresh(receivers: Iterable<UserId>): void {
    for (const receiver of receivers) {
      this.#position = this.#notifier.wake([`user:${receiver}`]);
      this.#refreshed.set(receiver, this.#position);
    }
  }

  /** What was sent to a user after a memory position. */
  sentTo(receiver: UserId, after: number): readonly PresenceState[] {
    const sent = [...(this.#receivers.get(receiver)?.values() ?? [])];
    return sent.filter(({ position }) => position > after).map(({ state }) => state);
  }

  /** The newest state of somebody that was sent to a user. */
  find(receiver: UserId, userId: UserId): PresenceState | undefined {
    return this.#receivers.get(receiver)?.get(userId)?.state;
  }

  isRefreshed(receiver: UserId, after: number): boolean {
    return (this.#refreshed.get(receiver) ?? 0) > after;
  }
}
