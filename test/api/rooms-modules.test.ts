import { expect } from 'chai';
import type { ModuleApi } from '../../src/modules/public.ts';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { v3 } from './v3.ts';

/** What modules were asked, in short, and which question is to be denied. */
const asked: string[] = [];
let denied: string | undefined;

class Recorder {
  constructor(_config: unknown, api: ModuleApi) {
    const answer = (name: string, ...args: unknown[]): boolean => {
      asked.push([name, ...args].join(' '));
      return name !== denied;
    };
    api.registerSpamCheckerCallbacks({
      user_may_create_room: (user) => answer('create', user),
      user_may_create_room_alias: (user, alias) => answer('alias', user, alias),
      user_may_publish_room: (user, room) => answer('publish', user, room),
      user_may_invite: (inviter, invitee, room) => answer('invite', inviter, invitee, room),
    });
    api.registerThirdPartyRulesCallbacks({
      on_create_room: (_requester, content) => {
        answer('config');
        if (content['topic'] === 5) content['topic'] = 'five';
      },
      check_event_allowed: (event) => (event.type === 'm.room.tombstone' ? answer('tombstone') : true),
    });
  }
}

describe('What modules are asked about rooms', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;

  before(async () => {
    server = await boot({ modules: [{ module: Recorder }] });
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  after(() => server.close());
  beforeEach(() => {
    asked.length = 0;
    denied = undefined;
  });

  it('is all asked before a room is made, with the id that the room will have', async () => {
    for (const version of ['11', '12']) {
      asked.length = 0;
      const room = await alice.createRoom({ room_version: version, visibility: 'public', room_alias_name: `a${version}`, invite: [bob.userId] });
      expect(asked).to.deep.equal([
        'config',
        'create @alice:localhost',
        `alias @alice:localhost #a${version}:localhost`,
        `publish @alice:localhost ${room}`,
        `invite @alice:localhost @bob:localhost ${room}`,
      ]);
    }
  });

  for (const question of ['create', 'alias', 'publish', 'invite']) {
    it(`leaves nothing behind when "${question}" is denied`, async () => {
      const before = await alice.request('GET', v3('joined_rooms'));
      denied = question;
      const body = { visibility: 'public', room_alias_name: 'denied', invite: [bob.userId] };
      await expectError(alice.createRoom(body), 403, 'M_FORBIDDEN');
      expect(await alice.request('GET', v3('joined_rooms'))).to.deep.equal(before);
      await expectError(server.request('GET', v3('directory', 'room', '#denied:localhost')), 404, 'M_NOT_FOUND');
    });
  }

  it('may mend the request for a room before it is looked at', async () => {
    const room = await alice.createRoom({ topic: 5 });
    expect(await alice.getState(room, 'm.room.topic')).to.have.property('topic', 'five');
  });

  it('is asked about each invitation and alias, but not again about what stands already', async () => {
    const room = await alice.createRoom();
    asked.length = 0;
    await alice.invite(room, bob);
    await alice.invite(room, bob);
    await alice.setState(room, 'm.room.member', { membership: 'invite' }, '@carol:localhost');
    await alice.request('PUT', v3('directory', 'room', '#more:localhost'), { room_id: room });
    expect(asked).to.deep.equal([
      `invite @alice:localhost @bob:localhost ${room}`,
      `invite @alice:localhost @carol:localhost ${room}`,
      'alias @alice:localhost #more:localhost',
    ]);
    denied = 'invite';
    await expectError(alice.invite(room, '@dan:localhost'), 403, 'M_FORBIDDEN');
    await expectError(alice.setState(room, 'm.room.member', { membership: 'invite' }, '@dan:localhost'), 403, 'M_FORBIDDEN');
    denied = 'alias';
    await expectError(alice.request('PUT', v3('directory', 'room', '#less:localhost'), { room_id: room }), 403, 'M_FORBIDDEN');
    await expectError(server.request('GET', v3('directory', 'room', '#less:localhost')), 404, 'M_NOT_FOUND');
  });

  it('is asked when a room becomes public, not when it is withdrawn', async () => {
    const room = await alice.createRoom();
    asked.length = 0;
    const publish = (visibility: string) => alice.request('PUT', v3('directory', 'list', 'room', room), { visibility });
    for (const visibility of ['private', 'public', 'public', 'private']) await publish(visibility);
    expect(asked).to.deep.equal([`publish @alice:localhost ${room}`]);
    denied = 'publish';
    await expectError(publish('public'), 403, 'M_FORBIDDEN');
    expect(await server.request('GET', v3('directory', 'list', 'room', room))).to.deep.equal({ visibility: 'private' });
  });

  for (const [question, expected] of [
    ['create', ['create @alice:localhost']],
    ['tombstone', ['create @alice:localhost', 'tombstone']],
  ] as const) {
    it(`leaves a room as it is when "${question}" of its upgrade is denied`, async () => {
      const room = await alice.createRoom({ room_alias_name: `up-${question}` });
      const before = await alice.request('GET', v3('joined_rooms'));
      asked.length = 0;
      denied = question;
      for (const version of ['11', '12']) {
        await expectError(alice.request('POST', v3('rooms', room, 'upgrade'), { new_version: version }), 403, 'M_FORBIDDEN');
      }
      expect(asked).to.deep.equal([...expected, ...expected]);
      expect(await alice.request('GET', v3('joined_rooms'))).to.deep.equal(before);
      await expectError(alice.getState(room, 'm.room.tombstone'), 404, 'M_NOT_FOUND');
      expect(await server.request('GET', v3('directory', 'room', `#up-${question}:localhost`))).to.have.property('room_id', room);
    });
  }
});
