import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { row } from '../../src/kernel/work.ts';
import { migrationsFolder } from '../../src/server/migrations-folder.ts';
import { SqliteDatabase } from '../../src/store/drivers/sqlite.ts';
import { readMigrations } from '../../src/store/migrations.ts';
import { boot } from '../../src/testing/index.ts';
import { ServerProcess, StartFailed } from '../support/server-process.ts';

describe('a data folder', function () {
  this.timeout(30_000);
  let folder: string;
  const running: ServerProcess[] = [];
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'plexus-folder-'))));
  afterEach(async () => {
    for (const server of running.splice(0)) await server.kill();
    rmSync(folder, { recursive: true });
  });
  const start = async (): Promise<ServerProcess> => {
    const server = await ServerProcess.start(folder);
    running.push(server);
    return server;
  };
  const refusal = async (): Promise<StartFailed> => {
    const outcome = await start().catch((error: unknown) => error);
    if (!(outcome instanceof StartFailed)) throw new Error('The server started');
    expect(outcome.code).to.equal(1);
    expect(outcome.message, 'no stack').to.not.contain('    at ');
    return outcome;
  };

  it("is one server's alone, until that one ends in whatever way", async () => {
    const first = await start();
    expect((await refusal()).message).to.match(
      /config\.yaml:\d+: data_dir: another Plexus runs on .*data, .*End it, or give this one a folder of its own$/,
    );
    expect((await fetch(`${first.url}/_matrix/client/versions`)).status).to.equal(200);
    await first.kill();
    const second = await start();
    await second.stop();
    await start();
  });

  const migrations = readMigrations(migrationsFolder, 'sqlite');
  const versionOf = (database: SqliteDatabase): Promise<unknown> => database.read(() => row('select max(version) as version from schema_version'));

  it('is refused when a newer Plexus has written it', async () => {
    await (await start()).stop();
    const database = new SqliteDatabase(join(folder, 'data', 'plexus.db'));
    database.migrate([...migrations, { version: 999, name: 'from-the-future', sql: 'create table future (x integer)' }]);
    await database.close();
    expect((await refusal()).message).to.match(
      /^The database has schema version 999, but this Plexus knows only up to \d+\. Start the newer Plexus again/,
    );
  });

  it('stays as it was when bringing it up to date fails', async () => {
    const file = join(folder, 'plexus.db');
    const newer = new SqliteDatabase(file);
    newer.migrate(migrations);
    const version = await versionOf(newer);
    const good = { version: 998, name: 'good', sql: 'create table good (x integer)' };
    const broken = {
      version: 999,
      name: 'broken',
      sql: 'create table half (x integer); insert into half values (1); insert into nowhere values (1)',
    };
    expect(() => newer.migrate([...migrations, broken])).to.throw(/no such table: nowhere/);
    expect(await versionOf(newer)).to.deep.equal(version);
    expect(await newer.read(() => row("select name from sqlite_master where name = 'half'"))).to.equal(undefined);
    expect(() => newer.migrate([...migrations, good, broken]), 'the steps before the broken one are done').to.throw(/no such table: nowhere/);
    expect(await versionOf(newer)).to.deep.equal({ version: 998 });
    await newer.close();
  });

  it('works with the old version after a newer one has failed on it', async () => {
    const file = join(folder, 'plexus.db');
    const first = await boot({ database: file });
    const { accessToken } = await first.user('alice');
    await first.close();
    const newer = new SqliteDatabase(file);
    expect(() => newer.migrate([...migrations, { version: 999, name: 'broken', sql: 'drop table users; select nothing' }])).to.throw();
    await newer.close();
    const again = await boot({ database: file });
    const reply = await fetch(`${again.url}/_matrix/client/v3/account/whoami`, { headers: { authorization: `Bearer ${accessToken}` } });
    expect(await reply.json()).to.include({ user_id: '@alice:localhost' });
    await again.close();
  });
});
