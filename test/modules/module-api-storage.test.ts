import { expect } from 'chai';
import { QuotaExceeded, type ModuleApi } from '../../src/modules/public.ts';
import { boot, type TestServer } from '../../src/testing/index.ts';
import { SqliteDatabase } from '../../src/store/drivers/sqlite.ts';
import { refusal, withApi } from './with-api.ts';

/** Starts a server whose modules, of these names, hand their API over. */
async function withModules(
  names: readonly string[],
  { database, ...entry }: { readonly quota?: object; readonly database?: SqliteDatabase } = {},
): Promise<{ server: TestServer; apis: ModuleApi[] }> {
  const apis: ModuleApi[] = [];
  class Hands {
    constructor(_config: unknown, api: ModuleApi) {
      apis.push(api);
    }
  }
  const modules = names.map((name) => ({ module: Hands, name, ...entry }));
  return { server: await boot({ modules, ...(database !== undefined && { database }) }), apis };
}

const execute = (api: ModuleApi, sql: string, ...args: (string | number)[]): Promise<void> =>
  api.runDbInteraction('execute', function* (txn) {
    yield* txn.execute(sql, ...args);
  });
const read = (api: ModuleApi, sql: string): Promise<readonly object[]> =>
  api.runDbInteraction('read', function* (txn) {
    return yield* txn.rows(sql);
  });

describe('the tables of a module', () => {
  let server: TestServer, api: ModuleApi, other: ModuleApi;
  before(async () => {
    const { server: started, apis } = await withModules(['hands', 'other-one']);
    server = started;
    [api, other] = apis as [ModuleApi, ModuleApi];
    await api.storage.migrate(['create table {things} (id integer primary key, name text); create index {things_by_name} on {things} (name)']);
    await other.storage.migrate(['create table {secrets} (secret text)', "insert into {secrets} values ('s')"]);
  });
  after(() => server.close());

  it('are changed in a transaction, of which all or nothing is stored', async () => {
    const add = (name: string, fail: boolean): Promise<number> =>
      api.runDbInteraction(
        'add',
        function* (txn, added: string) {
          yield* txn.execute('insert into {things} (name) values (?)', added);
          if (fail) throw new Error('rolled back');
          return (yield* txn.row<{ count: number }>('select count(*) as count from {things}'))?.count ?? 0;
        },
        name,
      );
    expect(await add('one', false)).to.equal(1);
    expect(await refusal(add('two', true))).to.include({ message: 'rolled back' });
    expect(await add('three', false)).to.equal(2);
  });

  const allowed = [
    "insert into hands_things (name) values ('the users; of -- events')",
    'update {things} set name = ? where id = 1',
    'insert into {things} (id, name) values (1, ?) on conflict (id) do update set name = excluded.name',
    'create table {parts} (thing integer references {things} (id) on delete cascade on update cascade)',
    'create trigger {follow} after update of name on {things} begin insert into {parts} values (new.id); delete from {parts} where thing = 0; end',
    'create view {names} as select name from {things}',
    'alter table {parts} rename to {pieces}',
    'drop table if exists {pieces}',
    'replace into {things} (id) values (7)',
    'with old as (select id from {things}) delete from {things} where id in (select id from old where id = 7)',
    '/* a comment about main.users */ select count(*) from users',
  ];
  for (const sql of allowed) {
    it(`can be worked on by: ${sql}`, async () => {
      await execute(api, sql, ...(sql.includes('?') ? ['x'] : []));
    });
  }

  const refused = [
    'delete from users',
    'UPDATE "users" SET is_admin = 1',
    "insert into 'users' (user_id) values (1)",
    'insert into main.users (user_id) values (1)',
    'insert or replace into users (user_id) values (1)',
    'insert into users select 1',
    'insert into [users] select 1',
    'drop table if exists events',
    'alter table rooms add column x',
    'create table things (x)',
    'create temp table {users} (x)',
    'create index {fast} on events (type)',
    'create trigger {t} after insert on events begin delete from {things}; end',
    'create trigger {t} after insert on {things} begin delete from users; end',
    'create table {bound} (user_id references users (user_id))',
    'alter table {things} rename to users2',
    'with x as (select 1) delete from users',
    'commit',
    '/* x */ pragma foreign_keys = off',
    "attach 'x' as y",
    'select * from other_one_secrets',
    'select * from "other_one_secrets"',
    "select * from {things}, 'other_one_secrets'",
    'delete from Other_One_Secrets',
    'drop table other_one_secrets',
  ];
  for (const sql of refused) {
    it(`but nothing else, as by: ${sql}`, async () => {
      expect(String(await refusal(execute(api, sql)))).to.match(/runDbInteraction/);
    });
  }

  it('are left alone by what was refused', async () => {
    expect(await read(other, 'select * from {secrets}')).to.deep.equal([{ secret: 's' }]);
  });

  it('are not taken for those of a module whose name begins alike', async () => {
    const { server: alike, apis } = await withModules(['a', 'a-b']);
    const [short, long] = apis as [ModuleApi, ModuleApi];
    await long.storage.migrate(['create table {things} (x)']);
    expect(String(await refusal(execute(short, 'drop table {b_things}')))).to.match(/not of a/);
    expect(String(await refusal(read(short, 'select * from {b_things}')))).to.match(/module a-b/);
    await alike.close();
  });
});

describe('the steps of a module’s tables', () => {
  it('are applied once each, also across restarts, and in an order that stays', async () => {
    const first = ["create table {log} (text); insert into {log} values ('made')", "insert into {log} values ('second')"];
    const database = new SqliteDatabase(':memory:');
    const image = await (async () => {
      const { server, apis } = await withModules(['keeper'], { database });
      const [api] = apis as [ModuleApi];
      await api.storage.migrate(first);
      await api.storage.migrate(first);
      const serialized = database.serialize();
      await server.close();
      return serialized;
    })();
    const again = await withModules(['keeper'], { database: new SqliteDatabase(image) });
    const [api] = again.apis as [ModuleApi];
    await api.storage.migrate([...first, 'alter table {log} add column n integer default 3']);
    expect(await read(api, 'select text, n from {log}')).to.deep.equal([
      { text: 'made', n: 3 },
      { text: 'second', n: 3 },
    ]);
    await again.server.close();
  });

  it('may neither change nor become fewer, and what needs the tables says so', async () => {
    const { server, api } = await withApi();
    await api.storage.migrate(['create table {a} (x)', 'create table {b} (x)']);
    expect(String(await refusal(api.storage.migrate(['create table {a} (y)', 'create table {b} (x)'])))).to.match(/Step 1 .* not what it was/);
    expect(String(await refusal(execute(api, 'delete from {a}')))).to.match(/Step 1/);
    await server.close();
    const fewer = await withApi();
    await fewer.api.storage.migrate(['create table {a} (x)', 'create table {b} (x)']);
    expect(String(await refusal(fewer.api.storage.migrate(['create table {a} (x)'])))).to.match(/newer version/);
    await fewer.server.close();
  });

  it('that fail leave nothing behind', async () => {
    const { server, api } = await withApi();
    expect(await refusal(api.storage.migrate(['create table {a} (x); insert into {none} values (1)']))).to.be.instanceOf(Error);
    expect(await api.storage.usage()).to.deep.equal({ rows: 0, bytes: 0 });
    await server.close();
  });
});

describe('the quota of a module', () => {
  const start = async (quota: object): Promise<[TestServer, ModuleApi]> => {
    const { server, apis } = await withModules(['hands'], { quota });
    return [server, apis[0] as ModuleApi];
  };

  it('counts what is kept by key', async () => {
    const [server, api] = await start({ bytes: '1KiB' });
    await api.store.set('a', 'x'.repeat(500));
    await api.store.set('a', 'x'.repeat(600));
    const error = await refusal(api.store.set('b', 'x'.repeat(500)));
    expect(error)
      .to.be.instanceOf(QuotaExceeded)
      .and.property('message')
      .match(/hands may keep 1024 bytes/);
    expect([await api.store.get('b'), (await api.storage.usage()).rows]).to.deep.equal([undefined, 1]);
    await api.store.delete('a');
    await api.store.set('b', 'x'.repeat(500));
    await server.close();
  });

  it('counts rows, of tables and by key', async () => {
    const [server, api] = await start({ rows: 5 });
    await api.storage.migrate(['create table {things} (x)']);
    await api.store.set('a', 1);
    for (const x of [1, 2, 3]) await execute(api, 'insert into {things} values (?)', x);
    expect(await refusal(execute(api, 'insert into {things} select x from {things}'))).to.be.instanceOf(QuotaExceeded);
    await execute(api, 'insert into {things} values (4)');
    expect(await refusal(execute(api, 'insert into {things} values (5)'))).to.be.instanceOf(QuotaExceeded);
    expect(await refusal(api.store.set('b', 1))).to.be.instanceOf(QuotaExceeded);
    await execute(api, 'delete from {things} where x < 3');
    await api.store.set('b', 1);
    expect((await api.storage.usage()).rows).to.equal(4);
    await server.close();
  });

  it('measures what tables need, whatever the statement looks like', async () => {
    const [server, api] = await start({ bytes: '100KiB' });
    await api.storage.migrate(['create table {things} (x)']);
    await execute(api, 'insert into {things} values (?)', 'x'.repeat(10_000));
    const tooMuch: [string, ...string[]][] = [
      ['insert into {things} values (?)', 'x'.repeat(200_000)],
      ['insert into {things} values (zeroblob(200000))'],
      ['update {things} set x = x || x || x || x || x || x || x || x || x || x || x'],
      [
        'insert into {things} select x from {things} t, (select 1 union select 2 union select 3 union select 4 union select 5 union select 6 union select 7 union select 8 union select 9 union select 10)',
      ],
    ];
    for (const [sql, ...args] of tooMuch) expect(await refusal(execute(api, sql, ...args)), sql).to.be.instanceOf(QuotaExceeded);
    for (let time = 0; time < 5; time++) await execute(api, 'update {things} set x = ?', 'y'.repeat(10_000));
    expect(await read(api, 'select count(*) as n, length(max(x)) as l from {things}')).to.deep.equal([{ n: 1, l: 10_000 }]);
    await server.close();
  });

  it('leaves everything else as it is', async () => {
    const [server, api] = await start({ bytes: 10 });
    expect(await refusal(api.store.set('too', 'long for it'))).to.be.instanceOf(QuotaExceeded);
    const alice = await server.user('alice');
    await alice.send(await alice.createRoom(), 'hi');
    await server.close();
  });
});
