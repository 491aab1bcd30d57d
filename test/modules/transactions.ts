import { MatrixError, QuotaExceeded, type ModuleApi } from '../../src/modules/public.ts';

interface Thing {
  readonly id: number;
  readonly name: string;
}

const things = (api: ModuleApi): Promise<readonly Thing[]> =>
  api.runDbInteraction('read', function* (txn) {
    return yield* txn.rows<Thing>('select id, name from {things} order by id');
  });

const messageOf = async (asked: Promise<unknown>): Promise<unknown> =>
  asked.catch((error: unknown) => (error instanceof Error ? error.message : 'no error'));

/** What a module does in transactions, with what comes of it. */
export const SCENARIOS = {
  /** What was written is seen, and numbers that are given out are those that are kept. */
  async reads(api: ModuleApi) {
    const within = await api.runDbInteraction('reads', function* (txn) {
      yield* txn.execute("insert into {things} (name) values ('one'), ('two')");
      const count = yield* txn.row<{ n: number }>('select count(*) as n from {things}');
      const made = yield* txn.rows("insert into {things} (name) values ('three') returning id");
      yield* txn.execute('update {things} set name = ? where id = ?', 'THREE', Number(made[0]?.['id']));
      return [count?.n, made, yield* txn.rows('with last as (select max(id) as id from {things}) select name from {things} natural join last')];
    });
    return [within, await things(api)];
  },
  async throws(api: ModuleApi) {
    const before = await things(api);
    const thrown = await messageOf(
      api.runDbInteraction('throws', function* (txn) {
        yield* txn.execute("insert into {things} (name) values ('never')");
        yield* txn.rows('select 1');
        throw new MatrixError(400, 'M_OWN', 'thrown away');
      }),
    );
    return [thrown, (await things(api)).length - before.length];
  },
  /** What the database refuses is thrown where it was asked. */
  catches: (api: ModuleApi) =>
    api.runDbInteraction('catches', function* (txn) {
      const seen: unknown[] = [];
      yield* txn.execute("insert into {things} (id, name) values (100, 'hundred')");
      try {
        yield* txn.execute("insert into {things} (id, name) values (100, 'again')");
      } catch (error) {
        seen.push(error instanceof Error && 'code' in error ? error.code : error);
        yield* txn.execute("insert into {things} (id, name) values (101, 'instead')");
      }
      try {
        yield* txn.rows('select * from {nowhere}');
      } catch (error) {
        seen.push(String(error));
      }
      seen.push(yield* txn.rows('select name from {things} where id >= 100 order by id'));
      return seen;
    }),
  /** The last statement fails, and nothing waits for what it says. */
  fails: async (api: ModuleApi) => [
    await messageOf(
      api.runDbInteraction('fails', function* (txn) {
        yield* txn.execute("insert into {things} (id, name) values (200, 'lost')");
        yield* txn.execute("insert into {things} (id, name) values (200, 'again')");
      }),
    ),
    (await things(api)).some(({ id }) => id === 200),
  ],
  async counts(api: ModuleApi) {
    const add = (by: number): Promise<void> =>
      api.runDbInteraction(
        'count',
        function* (txn, added: number) {
          const before = (yield* txn.row<{ n: number }>('select n from {counter}'))?.n ?? 0;
          yield* txn.execute('delete from {counter}');
          yield* txn.execute('insert into {counter} values (?)', before + added);
        },
        by,
      );
    await Promise.all(Array.from({ length: 20 }, (_, index) => add(index)));
    return api.runDbInteraction('sum', function* (txn) {
      return yield* txn.row('select n from {counter}');
    });
  },
  async keepsBytes(api: ModuleApi) {
    const found = await api.runDbInteraction('bytes', function* (txn) {
      yield* txn.execute('insert into {bytes} values (?, ?, ?, ?)', new Uint8Array([1, 2, 255]), null, 9_007_199_254_740_993n, 0.5);
      return yield* txn.row<{ bytes: Uint8Array; none: null; half: number }>('select bytes, none, half from {bytes}');
    });
    return [[...(found?.bytes ?? [])], found?.none, found?.half];
  },
  refusals: (api: ModuleApi) =>
    Promise.all(
      ['delete from users', 'commit', 'select * from other_things'].map((sql) =>
        messageOf(
          api.runDbInteraction('refused', function* (txn) {
            yield* txn.execute(sql);
          }),
        ),
      ),
    ),
  async tooMuch(api: ModuleApi) {
    const refused = await api
      .runDbInteraction('too much', function* (txn) {
        yield* txn.execute('insert into {things} (name) values (?)', 'x'.repeat(200_000));
        return (yield* txn.rows('select 1')).length;
      })
      .catch((error: unknown) => error instanceof QuotaExceeded);
    return [refused, (await things(api)).every(({ name }) => name.length < 100)];
  },
  /** The table of the values by key is the server's, and changes while the transaction is being made. */
  async beginsAnew(api: ModuleApi) {
    const seen: number[] = [];
    const count = "select count(*) as n from module_store where key = 'meanwhile'";
    await api.runDbInteraction('anew', function* (txn) {
      seen.push((yield* txn.row<{ n: number }>(count))?.n ?? -1);
      if (seen.length === 1) void api.store.set('meanwhile', 1);
      yield* txn.execute("insert into {things} (name) values ('anew')");
    });
    return [seen, (await things(api)).filter(({ name }) => name === 'anew').length];
  },
  neverTheSame: (api: ModuleApi) =>
    messageOf(
      api.runDbInteraction('random', function* (txn) {
        yield* txn.execute('insert into {counter} values (1)');
        return (yield* txn.rows('select random() as n')).length;
      }),
    ),
  async turns(api: ModuleApi) {
    await api.runDbInteraction('turns', function* (txn) {
      yield* txn.execute("insert into {things} (name) values ('turning')");
      yield* txn.rows('select 1');
      for (;;);
    });
  },
} as const satisfies Record<string, (api: ModuleApi) => Promise<unknown>>;

export default class Transactions {
  constructor(_config: object, api: ModuleApi) {
    void api.storage.migrate([
      'create table {things} (id integer primary key, name text); create table {counter} (n integer)',
      'create table {bytes} (bytes, none, large, half)',
    ]);
    api.registerWebResource('/_synapse/client/transactions', {
      async POST(ctx) {
        const { scenario } = ctx.request.body as unknown as { readonly scenario: keyof typeof SCENARIOS };
        ctx.body = { result: await SCENARIOS[scenario](api) };
      },
    });
  }
}

/** The same, but it does not declare that it keeps anything. */
export class Bounded {
  static readonly manifest = { permissions: { web: true } };

  constructor(_config: object, api: ModuleApi) {
    api.registerWebResource('/_synapse/client/transactions', {
      POST: async (ctx) => void (ctx.body = { result: await messageOf(SCENARIOS.counts(api)) }),
    });
  }
}
