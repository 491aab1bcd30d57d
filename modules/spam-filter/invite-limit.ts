import type { Clock } from 'plexus/module';

/** Counts somebody's invitations within a stretch of time, for everybody who invites. */
export class InviteLimit {
  readonly #clock: Clock;
  readonly #max: number;
  readonly #period: number;
  /** The times of each user's newest invitations, oldest first. */
  readonly #times = new Map<string, number[]>();

  /** @param period ms */
  constructor(clock: Clock, max: number, period: number) {
    this.#clock = clock;
    this.#max = max;
    this.#period = period;
  }

  /** Counts one more. @returns for how long (ms) the user has to wait when that is too many, which is then not counted */
  take(userId: string): number | undefined {
    const now = this.#clock.now();
    const recent = (this.#times.get(userId) ?? []).filter((time) => time > now - this.#period);
    const [oldest] = recent;
    if (recent.length >= this.#max) return (oldest ?? now) + this.#period - now;
    this.#times.set(userId, [...recent, now]);
    return undefined;
  }

  /** Forgets what is over. */
  forgetOld(): void {
    const start = this.#clock.now() - this.#period;
    for (const [userId, times] of this.#times) if ((times.at(-1) ?? 0) <= start) this.#times.delete(userId);
  }
}
