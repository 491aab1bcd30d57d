import { MatrixError, type ModuleApi, type Transaction, type Work } from 'plexus/module';

/** How long users wait between two mails that they ask for, ms. */
const REQUEST_PAUSE = 300_000;
/** How many links of one account are good at a time: those of the newest mails. */
const MAX_LINKS = 5;
const PAGE = 100;

/** What a link is good for. */
export interface Link {
  readonly userId: string;
  /** Whether the account has been renewed by it, or by another link of the same time. */
  readonly isUsed: boolean;
  readonly expires: number;
}

/** When accounts expire, who was reminded, and the links by which they are renewed. All times are ms since the epoch. */
export class ValidityTable {
  readonly #api: ModuleApi;
  readonly #accounts: string;
  readonly #links: string;
  #made: Promise<void> | undefined;

  constructor(api: ModuleApi) {
    this.#api = api;
    const prefix = api.moduleName.toLowerCase().replaceAll(/\W/g, '_');
    this.#accounts = `${prefix}_accounts`;
    this.#links = `${prefix}_links`;
  }

  /** The expiry of an account; one that is not known yet expires at `otherwise`. */
  async expiry(userId: string, otherwise: number): Promise<number> {
    const accounts = this.#accounts;
    return this.#run('expiry', function* (txn) {
      const known = yield* txn.row<{ expires: number }>(`select expires from ${accounts} where user_id = ?`, userId);
      if (known !== undefined) return known.expires;
      yield* txn.execute(`insert into ${accounts} (user_id, expires, wants_mails) values (?, ?, 1)`, userId, otherwise);
      return otherwise;
    });
  }

  /** Sets an expiry by order of an administrator. Links that were sent before are good for nothing any more. */
  async set(userId: string, expires: number, wantsMails: boolean): Promise<void> {
    const [accounts, links] = [this.#accounts, this.#links];
    await this.#run('set', function* (txn) {
      yield* txn.execute(`delete from ${links} where user_id = ?`, userId);
      yield* txn.execute(
        `insert into ${accounts} (user_id, expires, wants_mails) values (?, ?, ?)
         on conflict (user_id) do update set expires = excluded.expires, wants_mails = excluded.wants_mails, reminded = null`,
        userId,
        expires,
        wantsMails ? 1 : 0,
      );
    });
  }

  async forget(userId: string): Promise<void> {
    const [accounts, links] = [this.#accounts, this.#links];
    await this.#run('forget', function* (txn) {
      yield* txn.execute(`delete from ${links} where user_id = ?`, userId);
      yield* txn.execute(`delete from ${accounts} where user_id = ?`, userId);
    });
  }

  /**
   * Accounts that expire within `before` and were not reminded of that yet, in the order of their ids.
   * @param after the last of the page before
   */
  async due(now: number, before: number, after: string): Promise<readonly { readonly userId: string; readonly expires: number }[]> {
    const accounts = this.#accounts;
    return this.#run('due', (txn) =>
      txn.rows<{ userId: string; expires: number }>(
        `select user_id as "userId", expires from ${accounts}
         where expires <= ? and wants_mails = 1 and (reminded is null or reminded > ?) and user_id > ? order by user_id limit ${PAGE}`,
        now + before,
        before,
        after,
      ),
    );
  }

  /** Notes that an account was reminded, `before` its expiry. */
  async noteReminder(userId: string, before: number): Promise<void> {
    const accounts = this.#accounts;
    await this.#run('note reminder', (txn) => txn.execute(`update ${accounts} set reminded = ? where user_id = ?`, before, userId));
  }

  /** Notes that a user asks for a mail. @throws MatrixError M_LIMIT_EXCEEDED when that was a short time ago */
  async noteRequest(userId: string, now: number): Promise<void> {
    const accounts = this.#accounts;
    await this.#run('note request', function* (txn) {
      const last = yield* txn.row<{ asked: number | null }>(`select asked from ${accounts} where user_id = ?`, userId);
      const wait = (last?.asked ?? -Infinity) + REQUEST_PAUSE - now;
      if (wait > 0) {
        throw new MatrixError(429, 'M_LIMIT_EXCEEDED', 'You have asked for a mail already: look into your mailbox, or ask again in some minutes', {
          retry_after_ms: wait,
        });
      }
      yield* txn.execute(`update ${accounts} set asked = ? where user_id = ?`, now, userId);
    });
  }

  /** Keeps a link; of many the oldest are dropped. @param hash of its secret */
  async addLink(hash: string, userId: string, now: number): Promise<void> {
    const links = this.#links;
    await this.#run('add link', function* (txn) {
      yield* txn.execute(`delete from ${links} where user_id = ? and used = 1`, userId);
      yield* txn.execute(`insert into ${links} (hash, user_id, made, used) values (?, ?, ?, 0)`, hash, userId, now);
      yield* txn.execute(
        `delete from ${links} where user_id = ? and hash not in
         (select hash from ${links} where user_id = ? order by made desc, hash limit ${MAX_LINKS})`,
        userId,
        userId,
      );
    });
  }

  async link(hash: string): Promise<Link | undefined> {
    return this.#run('link', (txn) => this.#linkWork(txn, hash));
  }

  /**
   * Renews the account of a link, and uses up all links of that account. Nothing changes when the link was used before.
   * @param expires when the account expires after that
   * @returns the link as it was; undefined when there is none
   */
  async use(hash: string, expires: number): Promise<Link | undefined> {
    const [accounts, links] = [this.#accounts, this.#links];
    const find = (txn: Transaction): Work<Link | undefined> => this.#linkWork(txn, hash);
    return this.#run('use', function* (txn) {
      const link = yield* find(txn);
      if (link === undefined || link.isUsed) return link;
      yield* txn.execute(`update ${accounts} set expires = ?, reminded = null where user_id = ?`, expires, link.userId);
      yield* txn.execute(`update ${links} set used = 1 where user_id = ?`, link.userId);
      return link;
    });
  }

  *#linkWork(txn: Transaction, hash: string): Work<Link | undefined> {
    const found = yield* txn.row<{ userId: string; used: number; expires: number }>(
      `select user_id as "userId", used, expires from ${this.#links} join ${this.#accounts} using (user_id) where hash = ?`,
      hash,
    );
    return found === undefined ? undefined : { userId: found.userId, isUsed: found.used === 1, expires: found.expires };
  }

  async #run<T>(description: string, work: (txn: Transaction) => Work<T>): Promise<T> {
    this.#made ??= this.#make();
    await this.#made;
    return this.#api.runDbInteraction(description, work);
  }

  #make(): Promise<void> {
    const [accounts, links] = [this.#accounts, this.#links];
    return this.#api.runDbInteraction('make the tables', function* (txn) {
      yield* txn.execute(
        `create table if not exists ${accounts} (
           user_id text primary key,
           expires integer not null,
           wants_mails integer not null,
           reminded integer,
           asked integer
         )`,
      );
      yield* txn.execute(`create index if not exists ${accounts}_by_expiry on ${accounts} (expires)`);
      yield* txn.execute(
        `create table if not exists ${links} (hash text primary key, user_id text not null, made integer not null, used integer not null)`,
      );
      yield* txn.execute(`create index if not exists ${links}_by_user on ${links} (user_id)`);
    });
  }
}
