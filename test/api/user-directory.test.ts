import { expect } from 'chai';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';

describe('the user directory', () => {
  let server: TestServer | undefined;
  afterEach(() => server?.close());

  const search = async (user: TestUser, term: string, limit?: number): Promise<unknown> => {
    const { results } = await user.request('POST', '/_matrix/client/v3/user_directory/search', { search_term: term, limit });
    return (results as { user_id: string }[]).map((result) => result.user_id);
  };

  it('finds every user by parts of the id and the display name, when all are listed', async () => {
    server = await boot({ config: { directory: { users: 'all' } } });
    const [alice, bob] = [await server.user('alice.smith'), await server.user('bob')];
    await bob.request('PUT', `/_matrix/client/v3/profile/${bob.userId}/displayname`, { displayname: 'Ｂobby Müller' });
    for (const term of ['alice', 'smi', 'ALICE.SMI', '@alice.smith:localhost']) expect(await search(bob, term), term).to.deep.equal([alice.userId]);
    for (const term of ['bobby', 'mül', 'MÜLLER bob']) expect(await search(alice, term), term).to.deep.equal([bob.userId]);
    for (const term of ['lice', '%', 'nobody', '']) expect(await search(bob, term), term).to.deep.equal([]);
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

  it('says when there are more than were asked for', async () => {
    server = await boot({ config: { directory: { users: 'all' } } });
    for (const name of ['ann1', 'ann2', 'ann3']) await server.user(name);
    const reply = await (await server.user('searcher')).request('POST', '/_matrix/client/v3/user_directory/search', { search_term: 'ann', limit: 2 });
    expect(reply).to.have.property('limited', true);
    expect(reply['results']).to.have.length(2);
  });
});
