import { expect } from 'chai';
import { ask, jointQuestion } from '../../../src/kernel/joint-question.ts';
import { together } from '../../../src/kernel/together.ts';
import { execute, rows, type Work } from '../../../src/kernel/work.ts';
import { CountingDatabase } from '../../support/counting-database.ts';

interface Found {
  readonly n: number;
}

describe('works that are done together', () => {
  const AFTER = jointQuestion({
    columns: 't.n',
    from: 'numbers t',
    where: (asked) => `t.name = ${asked(0)} and t.n > ${asked(1)} and t.n <> ?`,
    order: 't.n desc',
    first: { key: 't.id', of: 'numbers t' },
  });
  const NAMES = ['a', 'b', 'c'];
  let database: CountingDatabase;
  before(async () => {
    database = new CountingDatabase();
    await database.write(function* () {
      yield* execute('create table numbers (id integer primary key, name text, n integer)');
      for (let n = 0; n < 30; n++) yield* execute('insert into numbers (name, n) values (?, ?)', NAMES[n % 3] ?? '', n);
    });
  });
  after(() => database.close());

  /** Asks as often as it is told to, each time from where the last answer ended, and once in between what cannot be asked jointly. */
  function* walk(name: string, without: number, times: number): Work<readonly number[]> {
    const found: number[] = [];
    for (let time = 0; time < times; time++) {
      const page = yield* ask<Found>(AFTER, [name, time * 5], without, 2);
      found.push(...page.map(({ n }) => n));
      if (time === 1) found.push(...(yield* rows<Found>('select n from numbers where name = ? order by n limit 1', name)).map(({ n }) => n));
    }
    return found;
  }

  const works = (): Work<readonly number[]>[] => [walk('a', 1, 3), walk('b', 1, 1), walk('nobody', 1, 2), walk('c', 29, 3), walk('a', 1, 0)];

  it('return what each returns alone, in their order', async () => {
    const alone = await Promise.all(works().map((work) => database.read(() => work)));
    expect(alone[0]).to.deep.equal([27, 24, 27, 24, 0, 27, 24]);
    expect(await database.read(() => together(works()))).to.deep.equal(alone);
  });

  it('ask once what they ask alike at the same time', async () => {
    const same = (): Work<readonly number[]>[] => NAMES.map((name) => walk(name, 1, 1));
    expect((await database.during(() => database.read(() => together(same())))).statements).to.equal(1);
    const differing = NAMES.map((name, index) => walk(name, index, 1));
    expect((await database.during(() => database.read(() => together(differing)))).statements).to.equal(3);
  });

  it('may be done together with others that are', async () => {
    const inner = (): Work<readonly (readonly number[])[]> => together(NAMES.map((name) => walk(name, 1, 2)));
    const [first, second] = await database.read(() => together([inner(), inner()]));
    expect(first).to.deep.equal(second);
  });

  it('are none for an empty list', async () => {
    expect(await database.read(() => together([]))).to.deep.equal([]);
  });

  it('fail with the question that fails', async () => {
    const failing = function* (): Work<readonly object[]> {
      return yield* rows('select nothing from numbers');
    };
    const failed = await database.read(() => together<readonly unknown[]>([walk('a', 1, 1), failing()])).catch((error: unknown) => error);
    expect(failed).to.be.instanceOf(Error);
  });
});
