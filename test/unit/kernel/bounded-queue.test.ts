import { expect } from 'chai';
import { BoundedQueue } from '../../../src/kernel/bounded-queue.ts';

describe('a bounded queue', () => {
  /** A task that ends when it is told to. */
  const task = (): { start: () => Promise<void>; end: () => void; started: boolean } => {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const self = { started: false, end, start: () => ((self.started = true), ended) };
    return self;
  };

  it('runs some at once and the others in order', async () => {
    const queue = new BoundedQueue({ atOnce: 2, maxWaiting: 5 });
    const tasks = Array.from({ length: 4 }, task);
    const runs = tasks.map(({ start }) => queue.run(start));
    expect(tasks.map(({ started }) => started)).to.deep.equal([true, true, false, false]);
    tasks[1]!.end();
    await runs[1];
    expect(tasks.map(({ started }) => started)).to.deep.equal([true, true, true, false]);
    for (const { end } of tasks) end();
    await Promise.all(runs);
    expect(tasks[3]!.started).to.equal(true);
  });

  it('is full when too many wait, and empty again when all is done', async () => {
    const queue = new BoundedQueue({ atOnce: 1, maxWaiting: 1 });
    const [one, other] = [task(), task()];
    const runs = [queue.run(one.start), queue.run(other.start)];
    expect(queue.isFull).to.equal(true);
    one.end();
    other.end();
    await Promise.all(runs);
    expect(queue.isFull).to.equal(false);
    expect(await queue.run(() => Promise.resolve(5))).to.equal(5);
  });

  it('goes on after a task that failed', async () => {
    const queue = new BoundedQueue({ atOnce: 1, maxWaiting: 1 });
    const failed = queue.run(() => Promise.reject(new Error('no'))).catch((error: Error) => error.message);
    const next = queue.run(() => Promise.resolve('yes'));
    expect([await failed, await next]).to.deep.equal(['no', 'yes']);
  });
});
