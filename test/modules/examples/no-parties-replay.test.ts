import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot, decisionText, record, replay, replayDifferences } from 'plexus/testing';
import NoParties from './no-parties.ts';
import Signature from './signature.ts';

describe('NoParties, asked about what has happened', () => {
  const folder = mkdtempSync(join(tmpdir(), 'no-parties-'));
  const week = join(folder, 'week.jsonl');
  before(async () => {
    const server = await boot({ clock: 'fake' });
    const daisy = await server.user('daisy');
    const room = await daisy.createRoom({ name: 'East Egg' });
    await daisy.send(room, 'quiet evening');
    await daisy.send(room, 'party tonight');
    await record(server.databaseImage(), week, { words: true });
    await server.close();
  });
  after(() => rmSync(folder, { recursive: true }));

  it('would have refused this', async () => {
    const { decisions } = await replay(week, { module: NoParties, config: { host: '@gatsby:localhost' } });
    expect(decisionText(decisions)).to.equal(
      'refused NoParties check_event_for_spam @daisy:localhost replay !1 $1 m.room.message: M_FORBIDDEN No parties here',
    );
  });

  it('differs from another module in this', async () => {
    const one = await replay(week, { module: NoParties });
    const other = await replay(week, { module: Signature });
    const differences = replayDifferences(one, other).map(({ one: first, other: second }) =>
      [first, second].map(({ decisions }) => decisions[0]?.outcome),
    );
    expect(differences).to.deep.equal([
      [undefined, 'replaced'],
      ['refused', 'replaced'],
    ]);
  });
});
