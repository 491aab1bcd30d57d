import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';

const V3 = '/_matrix/client/v3';

describe('profiles', () => {
  let server: TestServer;
  let alice: TestUser;
  beforeEach(async () => {
    server = await boot({ clock: 'fake' });
    alice = await server.user('alice');
  });
  afterEach(() => server.close());

  const path = (user: TestUser, field = ''): string => `${V3}/profile/${encodeURIComponent(user.userId)}${field && `/${encodeURIComponent(field)}`}`;
  const set = (user: TestUser, field: string, value: unknown): Promise<Json> => user.request('PUT', path(user, field), { [field]: value });
  const get = (user: TestUser, field = ''): Promise<unknown> => server.request('GET', path(user, field));

  it('are read by everybody, whole or field by field', async () => {
    expect(await get(alice)).to.deep.equal({});
    await set(alice, 'displayname', 'Alice');
    await set(alice, 'avatar_url', 'mxc://localhost/abc_DEF-1');
    await set(alice, 'm.tz', 'Europe/London');
    await set(alice, 'org.example.job', { title: 'cook', since: [1999, null] });
    expect(await get(alice)).to.deep.equal({
      displayname: 'Alice',
      avatar_url: 'mxc://localhost/abc_DEF-1',
      'm.tz': 'Europe/London',
      'org.example.job': { title: 'cook', since: [1999, null] },
    });
    expect(await get(alice, 'displayname')).to.deep.equal({ displayname: 'Alice' });
    expect(await get(alice, 'org.example.job')).to.deep.equal({ 'org.example.job': { title: 'cook', since: [1999, null] } });
  });

  it('do not exist for users who do not', async () => {
    await expectError(server.request('GET', `${V3}/profile/@nobody:localhost`), 404, 'M_NOT_FOUND');
    await expectError(server.request('GET', `${V3}/profile/@nobody:localhost/displayname`), 404, 'M_NOT_FOUND');
    await expectError(server.request('GET', `${V3}/profile/nobody`), 400, 'M_INVALID_PARAM');
    await expectError(get(alice, 'displayname'), 404, 'M_NOT_FOUND');
  });

  it('lose a field that is deleted, or set to nothing in the old way', async () => {
    await set(alice, 'displayname', 'Alice');
    await set(alice, 'org.example.a', null);
    expect(await get(alice, 'org.example.a')).to.deep.equal({ 'org.example.a': null });
    await alice.request('DELETE', path(alice, 'org.example.a'));
    await alice.request('DELETE', path(alice, 'org.example.a'));
    await set(alice, 'displayname', '');
    expect(await get(alice)).to.deep.equal({});
  });

  it('belong to their user', async () => {
    const bob = await server.user('bob');
    await expectError(bob.request('PUT', path(alice, 'displayname'), { displayname: 'Eve' }), 403, 'M_FORBIDDEN');
    await expectError(bob.request('DELETE', path(alice, 'displayname')), 403, 'M_FORBIDDEN');
    await expectError(server.request('PUT', path(alice, 'displayname'), { displayname: 'Eve' }), 401, 'M_MISSING_TOKEN');
  });

  it('refuse what the specification does not allow', async () => {
    for (const field of ['Displayname', 'custom', 'm.', '.x', '1.a', 'a..b', 'org.example.Ä']) {
      await expectError(set(alice, field, 'x'), 400, 'M_INVALID_PARAM');
    }
    await expectError(set(alice, `a.${'b'.repeat(254)}`, 'x'), 400, 'M_KEY_TOO_LARGE');
    await set(alice, `a.${'b'.repeat(253)}`, 'x');
    await expectError(set(alice, 'displayname', 5), 400, 'M_BAD_JSON');
    await expectError(set(alice, 'displayname', 'x'.repeat(257)), 400, 'M_INVALID_PARAM');
    await expectError(set(alice, 'avatar_url', 'https://example.org/a.png'), 400, 'M_INVALID_PARAM');
    await expectError(alice.request('PUT', path(alice, 'displayname'), { avatar_url: 'mxc://a/b' }), 400, 'M_MISSING_PARAM');
  });

  it('stay smaller than 64 KiB as a whole', async () => {
    await set(alice, 'org.example.a', 'x'.repeat(40_000));
    await expectError(set(alice, 'org.example.b', 'x'.repeat(30_000)), 400, 'M_PROFILE_TOO_LARGE');
    expect(await get(alice)).to.have.all.keys('org.example.a');
  });

  it('leave guests only their name', async () => {
    const guest = (await server.request('POST', `${V3}/register?kind=guest`, {})) as Json;
    const own = `${V3}/profile/${encodeURIComponent(String(guest['user_id']))}`;
    const asGuest = (method: string, field: string, body?: Json): Promise<Response> =>
      fetch(`${server.url}${own}/${field}`, {
        method,
        headers: { authorization: `Bearer ${String(guest['access_token'])}` },
        ...(body && { body: JSON.stringify(body) }),
      });
    expect((await asGuest('PUT', 'displayname', { displayname: 'Visitor' })).status).to.equal(200);
    expect((await asGuest('DELETE', 'displayname')).status).to.equal(200);
    expect((await asGuest('PUT', 'avatar_url', { avatar_url: 'mxc://a/b' })).status).to.equal(403);
  });

  describe('in rooms', () => {
    const shown = (room: string): Promise<Json> => alice.getState(room, 'm.room.member', alice.userId);

    it('follow a change, and nothing else does', async () => {
      const [here, there] = [await alice.createRoom(), await alice.createRoom({ room_version: '6' })];
      await alice.leave(there);
      await set(alice, 'displayname', 'Alice');
      await set(alice, 'avatar_url', 'mxc://localhost/abc');
      await server.idle();
      expect(await shown(here)).to.deep.equal({ membership: 'join', displayname: 'Alice', avatar_url: 'mxc://localhost/abc' });
      const before = await alice.messages(here);
      await set(alice, 'displayname', 'Alice');
      await set(alice, 'org.example.a', 'x');
      await server.idle();
      expect(await alice.messages(here)).to.deep.equal(before);
      await alice.request('DELETE', path(alice, 'avatar_url'));
      await server.idle();
      expect(await shown(here)).to.deep.equal({ membership: 'join', displayname: 'Alice' });
    });
  });
});
