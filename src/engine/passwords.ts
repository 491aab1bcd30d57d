import { argon2id, hash, verify } from 'argon2';
import { BoundedQueue } from '../kernel/bounded-queue.ts';
import { limitExceeded, MatrixError } from '../kernel/errors.ts';

/** argon2id; memory in KiB. The standard cost takes about 25 ms of one core. */
const COSTS = {
  standard: { memoryCost: 19_456, timeCost: 2, parallelism: 1 },
  test: { memoryCost: 8, timeCost: 1, parallelism: 1 },
} as const;

/** More would starve everything else that libuv's pool of four threads does, file access first of all. */
const AT_ONCE = 2;
/** How many may wait for their turn: about one second's work. */
const MAX_WAITING = 80;
/** ms */
const RETRY_AFTER = 2_000;
/** Characters of a password. */
const MAX_LENGTH = 512;

/** Keeps passwords as argon2id hashes, and compares them. */
export class Passwords {
  readonly #cost: (typeof COSTS)[keyof typeof COSTS];
  readonly #queue = new BoundedQueue({ atOnce: AT_ONCE, maxWaiting: MAX_WAITING });
  #decoy: Promise<string> | undefined;

  constructor(cost: keyof typeof COSTS) {
    this.#cost = COSTS[cost];
  }

  /** @throws M_WEAK_PASSWORD, M_INVALID_PARAM, M_LIMIT_EXCEEDED */
  async hash(password: string): Promise<string> {
    if (password === '') throw new MatrixError(400, 'M_WEAK_PASSWORD', 'The password must not be empty');
    if (password.length > MAX_LENGTH) {
      throw new MatrixError(400, 'M_INVALID_PARAM', `The password must not have more than ${MAX_LENGTH} characters`);
    }
    return this.#inTurn(() => this.#hash(password));
  }

  /**
   * Compares a password. Where there is no hash (no such user, or one without a password) it takes as long, and is false: nobody can
   * find out by the time it takes who has an account.
   * @throws M_LIMIT_EXCEEDED
   */
  verify(passwordHash: string | undefined, password: string): Promise<boolean> {
    return this.#inTurn(async () => {
      this.#decoy ??= this.#hash('decoy');
      const same = await verify(passwordHash ?? (await this.#decoy), password);
      return same && passwordHash !== undefined;
    });
  }

  #hash(password: string): Promise<string> {
    return hash(password, { type: argon2id, ...this.#cost });
  }

  async #inTurn<T>(task: () => Promise<T>): Promise<T> {
    if (this.#queue.isFull) {
      throw limitExceeded(RETRY_AFTER, 'Too many people are logging in; try again in a moment');
    }
    return this.#queue.run(task);
  }
}
