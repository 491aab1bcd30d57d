import { expect } from 'chai';
import { ChangeLog } from '../../../src/engine/change-log.ts';

describe('a log of changes', () => {
  it('tells each key that changed after a position once, the last first', () => {
    const log = new ChangeLog<string>();
    for (const [position, key] of ['a', 'b', 'a', 'c', 'b'].entries()) log.record(key, position + 1);
    expect([...log.after(0)]).to.deep.equal(['b', 'c', 'a']);
    expect([...log.after(3)]).to.deep.equal(['b', 'c']);
    expect([...log.after(5)]).to.deep.equal([]);
    expect(log.position).to.equal(5);
  });

  it('forgets what is outdated', () => {
    const log = new ChangeLog<number>();
    for (let position = 1; position <= 10_000; position++) log.record(position % 7, position);
    expect([...log.after(0)]).to.have.length(7);
    expect([...log.after(9_998)]).to.deep.equal([10_000 % 7, 9_999 % 7]);
  });
});
