import { expect } from 'chai';
import { requestJson } from '../../src/testing/request.ts';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { byPassword, clientOf, DUMMY, PASSWORD } from './client.ts';
import { v3 } from './v3.ts';

describe('the user directory', () => {
  let server: TestServer | undefined;
  afterEach(() => server?.close());

  const search = async (user: TestUser, term: string, limit?: number): Promise<unknown> => {
    const { results } = await user.request('POST', '/_matrix/client/v3/user_directory/search', { search_term: term, limit });
    return (results as { user_id: string }[]).map((result) => result.user_id);
  };

  const rename = (user: TestUser, displayname: string): Promise<unknown> =>
    user.request('PUT', v3('profile', user.userId, 'displayname'), { displayname });

  it('finds every user by parts of the id and the display name, when all are listed', async () => {
    server = await boot({ config: { directory: { users: 'all' } } });
    const [alice, bob] = [await server.user('alice.smith'), await server.user('bob')];
    await rename(bob, 'Ｂobby Müller');
    for (const term of ['alice', 'smi', 'ALICE.SMI', '@alice.smith:localhost']) expect(await search(bob, term), term).to.deep.equal([alice.userId]);
    for (const term of ['bobby', 'mül', 'MÜLLER bob']) expect(await search(alice, term), term).to.deep.equal([bob.userId]);
    for (const term of ['lice', '%', 'nobody', '']) expect(await search(bob, term), term).to.deep.equal([]);
    expect(await search(bob, 'bob'), 'oneself').to.deep.equal([]);
  });

  it('lists only who shares a room or is in a public one, when so configured', async () => {
    server = await boot({ config: { directory: { users: 'sharing' } } });
    const [alice, bob, carol] = [await server.user('alice'), await server.user('bob'), await server.user('carol')];
    expect(await search(alice, 'bob')).to.deep.equal([]);
    const room = await alice.createRoom({ preset: 'private_chat', invite: [bob.userId] });
    expect(await search(alice, 'bob'), 'an invitation shares nothing').to.deep.equal([]);
    await bob.join(room);
    expect(await search(alice, 'bob')).to.deep.equal([bob.userId]);
    expect(await search(alice, 'carol')).to.deep.equal([]);
    await carol.createRoom({ preset: 'public_chat' });
    expect(await search(alice, 'carol')).to.deep.equal([carol.userId]);
  });

  it('finds who is in a room that anybody may read', async () => {
    server = await boot();
    const [alice, bob] = [await server.user('alice'), await server.user('bob')];
    const content = { history_visibility: 'world_readable' };
    await bob.createRoom({ preset: 'private_chat', initial_state: [{ type: 'm.room.history_visibility', state_key: '', content }] });
    expect(await search(alice, 'bob')).to.deep.equal([bob.userId]);
  });

  it('finds nobody when so configured', async () => {
    server = await boot({ config: { directory: { users: 'nobody' } } });
    const [alice, bob] = [await server.user('alice'), await server.user('bob')];
    await bob.join(await alice.createRoom({ preset: 'public_chat' }));
    const reply = await alice.request('POST', '/_matrix/client/v3/user_directory/search', { search_term: 'bob' });
    expect(reply).to.deep.equal({ results: [], limited: false });
  });

  it('shows first who is called exactly so, then who shares a room, then whose name begins so', async () => {
    server = await boot({ config: { directory: { users: 'all' } } });
    const [searcher, friend] = [await server.user('searcher'), await server.user('a.friend')];
    const named = async (name: string, displayname: string): Promise<TestUser> => {
      const user = await (server as TestServer).user(name);
      await rename(user, displayname);
      return user;
    };
    const inTheMiddle = await named('a.dave', 'Dave Sam');
    const beginning = await server.user('samuel');
    const byName = await named('c', 'Samantha');
    const exactName = await named('b.zoe', 'SAM');
    const exact = await server.user('sam');
    await rename(friend, 'My Sam');
    await friend.join(await searcher.createRoom({ preset: 'private_chat', invite: [friend.userId] }));
    const expected = [exact, exactName, friend, byName, beginning, inTheMiddle].map(({ userId }) => userId);
    for (const term of ['sam', 'Sam', '@sam']) expect(await search(searcher, term), term).to.deep.equal(expected);
    expect(await search(searcher, 'sam', 2), 'the best ones stay when few are wanted').to.deep.equal(expected.slice(0, 2));
  });

  it('hides who is deactivated, locked, or ignored by the searcher', async () => {
    server = await boot({ config: { directory: { users: 'all' } } });
    const [alice, bob] = [await server.user('alice', { admin: true }), await server.user('bob')];
    for (const name of ['kim1', 'kim2', 'kim3']) await server.user(name);
    await server.request('POST', '/_matrix/client/v3/register', { username: 'kim4', password: PASSWORD, auth: DUMMY });
    expect(await search(alice, 'kim')).to.have.length(4);
    await alice.request('PUT', '/_matrix/client/v1/admin/lock/@kim1:localhost', { locked: true });
    await alice.request('PUT', v3('user', alice.userId, 'account_data', 'm.ignored_user_list'), { ignored_users: { '@kim2:localhost': {} } });
    const login = await clientOf(() => server as TestServer).logIn('kim4');
    await requestJson(server.url, 'POST', v3('account', 'deactivate'), { auth: byPassword('kim4') }, String(login['access_token']));
    await server.idle();
    expect(await search(alice, 'kim')).to.deep.equal(['@kim3:localhost']);
    expect(await search(bob, 'kim'), 'others ignore nobody').to.deep.equal(['@kim2:localhost', '@kim3:localhost']);
    await alice.request('PUT', '/_matrix/client/v1/admin/lock/@kim1:localhost', { locked: false });
    expect(await search(bob, 'kim1')).to.deep.equal(['@kim1:localhost']);
  });

  it('shows locked accounts when so configured', async () => {
    server = await boot({ config: { directory: { users: 'all', show_locked_users: true } } });
    const [alice, bob] = [await server.user('alice', { admin: true }), await server.user('bob')];
    await alice.request('PUT', `/_matrix/client/v1/admin/lock/${bob.userId}`, { locked: true });
    expect(await search(alice, 'bob')).to.deep.equal([bob.userId]);
  });

  it('fills the page with who is not hidden by a module, however many are', async () => {
    class Hidden {
      constructor(_config: unknown, api: { registerSpamCheckerCallbacks(callbacks: object): void }) {
        api.registerSpamCheckerCallbacks({ check_username_for_spam: async ({ user_id: id }: { user_id: string }) => !id.startsWith('@ann1') });
      }
    }
    server = await boot({ modules: [{ module: Hidden }], config: { directory: { users: 'all' } } });
    for (let number = 100; number < 170; number++) await server.user(`ann${number}`);
    for (const name of ['ann200', 'ann201', 'ann202']) await server.user(name);
    const alice = await server.user('alice');
    expect(await search(alice, 'ann', 2)).to.deep.equal(['@ann200:localhost', '@ann201:localhost']);
    const path = v3('user_directory', 'search');
    expect(await alice.request('POST', path, { search_term: 'ann', limit: 2 })).to.include({ limited: true });
    expect(await alice.request('POST', path, { search_term: 'ann', limit: 3 })).to.include({ limited: false });
  });

  it('says when there are more than were asked for', async () => {
    server = await boot({ config: { directory: { users: 'all' } } });
    for (const name of ['ann1', 'ann2', 'ann3']) await server.user(name);
    const reply = await (await server.user('searcher')).request('POST', '/_matrix/client/v3/user_directory/search', { search_term: 'ann', limit: 2 });
    expect(reply).to.have.property('limited', true);
    expect(reply['results']).to.have.length(2);
  });
});
