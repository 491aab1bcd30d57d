import { expect } from 'chai';
import { Notifier } from '../../../src/engine/notifier.ts';
import { forbidden } from '../../../src/kernel/errors.ts';
import type { Log } from '../../../src/kernel/log.ts';
import { FakeClock } from '../../../src/testing/index.ts';
import { QueueWorker, type Queue } from '../../../src/workers/queue-worker.ts';

interface Item {
  readonly id: number;
}

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, child: () => silent };

describe('a queue worker', () => {
  let clock: FakeClock;
  let notifier: Notifier;
  let rows: Item[];
  let done: number[];
  /** What happens to an item; it is done where nothing is said. */
  let trouble: Map<number, Error>;
  let worker: QueueWorker<Item>;

  beforeEach(() => {
    clock = new FakeClock();
    notifier = new Notifier({ durablePosition: 0, onCommit: () => undefined }, clock);
    [rows, done, trouble] = [[1, 2, 3].map((id) => ({ id })), [], new Map()];
    const remove = ({ id }: Item): void => void (rows = rows.filter((row) => row.id !== id));
    const queue: Queue<Item> = {
      name: 'test',
      topic: 'queue:test',
      after: (last) => Promise.resolve(rows.filter(({ id }) => id > (last?.id ?? 0)).slice(0, 2)),
      work(item) {
        const error = trouble.get(item.id);
        if (error !== undefined) return Promise.reject(error);
        done.push(item.id);
        remove(item);
        return Promise.resolve();
      },
      drop: (item) => Promise.resolve(remove(item)),
    };
    worker = new QueueWorker(queue, { notifier, clock, log: silent });
  });
  afterEach(() => worker.close());

  it('finds what was left from before it started, and what is added later', async () => {
    worker.start();
    await worker.idle();
    expect(done).to.deep.equal([1, 2, 3]);
    rows.push({ id: 4 });
    notifier.wake(['queue:test']);
    await worker.idle();
    expect(done).to.deep.equal([1, 2, 3, 4]);
  });

  it('drops what is refused', async () => {
    trouble.set(2, forbidden('no'));
    await worker.idle();
    expect([done, rows]).to.deep.equal([[1, 3], []]);
  });

  it('keeps what fails, goes on with the rest, and tries again a minute later', async () => {
    trouble.set(1, new Error('the disk is away'));
    worker.start();
    await worker.idle();
    expect([done, rows]).to.deep.equal([[2, 3], [{ id: 1 }]]);
    trouble.clear();
    await clock.advance(59_999);
    expect(done).to.deep.equal([2, 3]);
    await clock.advance(1);
    expect([done, rows]).to.deep.equal([[2, 3, 1], []]);
  });

  it('begins nothing more once it is stopped', async () => {
    worker.stop();
    await worker.idle();
    expect(done).to.deep.equal([]);
  });
});
