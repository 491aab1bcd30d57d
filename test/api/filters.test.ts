import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { bodies, inRoom } from './sync-reply.ts';

describe('filters', () => {
  let server: TestServer;
  let alice: TestUser;
  before(async () => {
    server = await boot();
    alice = await server.user('alice');
  });
  after(() => server.close());

  const path = (user: TestUser, filterId = ''): string =>
    `/_matrix/client/v3/user/${encodeURIComponent(user.userId)}/filter${filterId === '' ? '' : `/${filterId}`}`;
  const define = async (filter: object): Promise<string> => (await alice.request('POST', path(alice), filter))['filter_id'] as string;

  it('are given back as they were defined, under the same id for the same filter', async () => {
    const filter = { room: { timeline: { limit: 3 } }, 'org.example.unknown': true };
    const filterId = await define(filter);
    expect(filterId).not.to.match(/^\{/);
    expect(await alice.request('GET', path(alice, filterId))).to.deep.equal(filter);
    expect(await define(filter)).to.equal(filterId);
  });

  it('are used by their id', async () => {
    const room = await alice.createRoom();
    for (const text of ['one', 'two', 'three']) await alice.send(room, text);
    const reply = await alice.sync({ filter: await define({ room: { timeline: { limit: 2 } } }) });
    expect(bodies(inRoom(reply, room).timeline.events)).to.deep.equal(['two', 'three']);
  });

  it('belong to one user', async () => {
    const bob = await server.user('bob');
    const filterId = await define({});
    await expectError(bob.request('GET', path(alice, filterId)), 403, 'M_FORBIDDEN');
    await expectError(bob.request('POST', path(alice), {}), 403, 'M_FORBIDDEN');
    await expectError(bob.sync({ filter: filterId }), 404, 'M_NOT_FOUND');
  });

  it('are refused when they are unknown or not well formed', async () => {
    await expectError(alice.request('GET', path(alice, 'unknown')), 404, 'M_NOT_FOUND');
    await expectError(alice.sync({ filter: 'unknown' }), 404, 'M_NOT_FOUND');
    await expectError(alice.sync({ filter: '{not json' }), 400, 'M_INVALID_PARAM');
    await expectError(alice.sync({ filter: '{"room": 1}' }), 400, 'M_BAD_JSON');
    await expectError(alice.request('POST', path(alice), { presence: { limit: -1 } }), 400, 'M_BAD_JSON');
  });
});
