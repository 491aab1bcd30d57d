import { expect } from 'chai';
import type { ServerName } from '../../../src/core/identifiers.ts';
import { DecisionTrail, type TrailEntry } from '../../../src/engine/decisions/decision-trail.ts';
import type { Concluded } from '../../../src/kernel/decisions.ts';
import type { Log } from '../../../src/kernel/log.ts';
import { FakeClock } from '../../../src/testing/index.ts';

describe('the collector of the decision trail', () => {
  let clock: FakeClock, stored: TrailEntry[][], said: [object, string][], isFull: boolean, trail: DecisionTrail;
  beforeEach(() => {
    [clock, stored, said, isFull] = [new FakeClock(), [], [], false];
    const log: Log = {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (fields, text) => void said.push([fields, text]),
      child: () => log,
    };
    trail = new DecisionTrail({
      clock,
      log,
      serverName: 'localhost' as ServerName,
      traces: { current: undefined } as never,
      save(entries) {
        if (isFull) return Promise.reject(new Error('the disk is full'));
        stored.push([...entries]);
        return Promise.resolve();
      },
    });
  });
  const conclude = (times: number): void => {
    const occasion = { operation: 'send-event', userId: undefined, request: 'r' };
    const concluded: Concluded = { at: 1, occasion, outcome: 'done', said: '', events: [] };
    for (let turn = 0; turn < times; turn++) trail.conclude(concluded);
  };

  it('stores nothing at once, and soon everything in batches', async () => {
    conclude(250);
    expect(stored).to.be.empty;
    await clock.advance(200);
    await trail.flush();
    expect(stored.map(({ length }) => length)).to.deep.equal([100, 100, 50]);
  });

  it('keeps what cannot be stored for later, but no more than it has room for, and says what was lost', async () => {
    isFull = true;
    conclude(10_003);
    await trail.flush();
    expect(said.map(([, text]) => text)).to.deep.equal(['the decision trail cannot be stored; it will be tried again']);
    isFull = false;
    await clock.advance(10_000);
    await trail.flush();
    expect(stored.flat()).to.have.length(10_000);
    expect(said[1]?.[0]).to.deep.equal({ lost: 3 });
  });

  it('stores the rest when it ends', async () => {
    conclude(3);
    await trail.close();
    expect(stored.flat()).to.have.length(3);
    isFull = true;
    conclude(2);
    await trail.close();
    expect(said.at(-1)?.[0]).to.deep.equal({ lost: 2 });
  });
});
