import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { boot, expectError, moduleContract, type TestServer, type TestUser } from 'plexus/testing';
import policy from './index.ts';

describe('my-policy', () => {
  let server: TestServer, alice: TestUser, room: string;
  before(async () => {
    server = await boot({ modules: [{ module: policy, config: { words: ['party'] } }] });
    alice = await server.user('alice');
    room = await alice.createRoom({ name: 'Garden' });
  });
  after(() => server.close());

  it('refuses messages with a word from its configuration, and says which', async () => {
    const refused = await expectError(alice.send(room, 'PARTY tonight!'), 403, 'M_FORBIDDEN');
    assert.equal(refused.body['error'], 'Say it without "party"');
  });

  it('lets all others through', async () => {
    const eventId = await alice.send(room, 'A quiet evening');
    const [newest] = await alice.messages(room, 1);
    assert.equal(newest?.event_id, eventId);
  });

  it('says what is wrong with a configuration', async () => {
    await assert.rejects(boot({ modules: [{ module: policy, config: { words: [''] } }] }), /modules\[0\]\.config\.words\[0\]/);
  });
});

describe('my-policy, like every module,', () => {
  for (const { name, run } of moduleContract(policy, { config: { words: ['party'] } })) it(name, run);
});
