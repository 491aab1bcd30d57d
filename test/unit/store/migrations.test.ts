import { expect } from 'chai';
import { SqliteDatabase } from '../../../src/store/drivers/sqlite.ts';
import { row } from '../../../src/kernel/work.ts';
import type { Migration } from '../../../src/store/migrations.ts';

const step = (version: number, sql: string): Migration => ({ version, name: `step ${version}`, sql });
const ONE = step(1, 'create table a (x integer); insert into a values (1)');
const TWO = step(2, 'alter table a add column y integer');
const THREE = step(3, 'create table c (z integer)');

describe('migrations', () => {
  let database: SqliteDatabase;
  beforeEach(() => (database = new SqliteDatabase(':memory:')));
  afterEach(() => database.close());

  it('are applied once, in order, also one that was added between others', () => {
    expect(database.migrate([ONE, THREE])).to.deep.equal([1, 3]);
    expect(database.migrate([ONE, TWO, THREE])).to.deep.equal([2]);
    expect(database.migrate([ONE, TWO, THREE])).to.deep.equal([]);
  });

  it('refuse a database of a newer program', () => {
    database.migrate([ONE, TWO, THREE]);
    expect(() => database.migrate([ONE, TWO])).to.throw(/schema version 3.*up to 2/);
  });

  it('leave everything as it was before a step that fails', async () => {
    const broken = step(2, 'alter table a add column y integer; insert into nowhere values (1)');
    expect(() => database.migrate([ONE, broken])).to.throw(/nowhere/);
    expect(await database.read(() => row('select * from a'))).to.deep.equal({ x: 1 });
    expect(database.migrate([ONE, TWO])).to.deep.equal([2]);
  });
});
