import { expect } from 'chai';
import { createSigningKey, generateSeed, signJson } from '../../src/core/signatures.ts';
import type { ModuleApi, StateEvents } from '../../src/modules/public.ts';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { v3 } from '../api/v3.ts';
import { TestIdentityServer } from '../support/identity-server.ts';
import { certificateFile } from '../support/tls-certificate.ts';

/** What the module was asked, which question it denies, and in which it fails. */
let asked: (readonly unknown[])[] = [];
let denied: string | undefined;
let broken: string | undefined;
let api: ModuleApi;

class Watch {
  constructor(_config: unknown, given: ModuleApi) {
    api = given;
    const answer = (name: string, ...args: unknown[]): boolean => {
      asked.push([name, ...args]);
      if (name === broken) throw new Error('as asked for');
      return name !== denied;
    };
    const topicOf = async (state: StateEvents): Promise<unknown> => (await state.get('m.room.topic', ''))?.content['topic'];
    given.registerSpamCheckerCallbacks({
      user_may_join_room: (userId, roomId, isInvited) => answer('join', userId, roomId, isInvited),
      user_may_send_state_event: (userId, roomId, type, stateKey, content) =>
        answer('state', userId, roomId, type, stateKey, content) ? 'NOT_SPAM' : 'M_FORBIDDEN',
      user_may_send_3pid_invite: (inviter, medium, address, roomId) => answer('mail', inviter, medium, address, roomId),
    });
    given.registerThirdPartyRulesCallbacks({
      check_threepid_can_be_invited: async (medium, address, state) => answer('address', medium, address, await topicOf(state)),
      check_visibility_can_be_modified: async (roomId, state, visibility) => answer('visibility', roomId, await topicOf(state), visibility),
    });
  }
}
const askedOf = (name: string): unknown[][] => asked.filter(([each]) => each === name).map(([, ...args]) => args);

describe('what modules are asked about rooms that somebody enters or changes', () => {
  const certificate = certificateFile();
  let identity: TestIdentityServer;
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  before(async () => {
    identity = await TestIdentityServer.start();
    server = await boot({
      modules: [{ module: Watch }],
      config: { outgoing: { extra_ca: [certificate.path], allow_addresses: ['127.0.0.1'] } },
    });
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  after(async () => {
    await server.close();
    await identity.close();
    certificate.remove();
  });
  beforeEach(() => {
    denied = broken = undefined;
    asked = [];
  });

  const membershipOf = async (room: string, user: TestUser): Promise<unknown> => {
    const { chunk } = (await alice.request('GET', v3('rooms', room, 'members'))) as { chunk: { state_key: string; content: Json }[] };
    return chunk.find(({ state_key: member }) => member === user.userId)?.content['membership'];
  };

  describe('user_may_join_room', () => {
    const open = (): Promise<string> => alice.createRoom({ preset: 'public_chat', room_alias_name: `open${Math.random().toString(36).slice(2)}` });
    const joinAsState = (room: string): Promise<unknown> => bob.setState(room, 'm.room.member', { membership: 'join' }, bob.userId);
    /** Each way into a room: makes the room, and says how bob gets in. */
    const roads: Record<string, { isInvited: boolean; prepare: () => Promise<string>; enter: (room: string) => Promise<unknown> }> = {
      'by the room’s id': { isInvited: false, prepare: open, enter: (room) => bob.join(room) },
      'by the room’s own path': { isInvited: false, prepare: open, enter: (room) => bob.request('POST', v3('rooms', room, 'join'), {}) },
      'by an alias': {
        isInvited: false,
        prepare: open,
        enter: async (room) => bob.join(String((await alice.getState(room, 'm.room.canonical_alias'))['alias'])),
      },
      'by state': { isInvited: false, prepare: open, enter: joinAsState },
      'by a module': {
        isInvited: false,
        prepare: open,
        enter: (room) => api.updateRoomMembership(bob.userId, bob.userId, room, 'join'),
      },
      'by an invitation': {
        isInvited: true,
        prepare: () => alice.createRoom({ invite: [bob.userId] }),
        enter: (room) => bob.join(room),
      },
      'by an invitation, as state': { isInvited: true, prepare: () => alice.createRoom({ invite: [bob.userId] }), enter: joinAsState },
      'after a knock': {
        isInvited: true,
        async prepare() {
          const room = await alice.createRoom({ initial_state: [{ type: 'm.room.join_rules', content: { join_rule: 'knock' } }] });
          await bob.request('POST', v3('knock', room), {});
          await alice.invite(room, bob);
          return room;
        },
        enter: (room) => bob.join(room),
      },
      'into a restricted room': {
        isInvited: false,
        async prepare() {
          const hall = await open();
          await bob.join(hall);
          const allow = [{ type: 'm.room_membership', room_id: hall }];
          return alice.createRoom({ initial_state: [{ type: 'm.room.join_rules', content: { join_rule: 'restricted', allow } }] });
        },
        enter: (room) => bob.join(room),
      },
      'by an invitation that came by mail': {
        isInvited: true,
        prepare: () => alice.createRoom(),
        async enter(room) {
          const key = createSigningKey('ed25519:0', generateSeed());
          await alice.setState(room, 'm.room.third_party_invite', { display_name: 'b...', public_key: key.publicKey }, 'token');
          const signed = signJson({ mxid: bob.userId, sender: alice.userId, token: 'token' }, 'id.example.org', key);
          return bob.request('POST', v3('join', room), { third_party_signed: signed });
        },
      },
    };
    for (const [road, { isInvited, prepare, enter }] of Object.entries(roads)) {
      it(`is asked of who comes in ${road}, and can keep them out`, async () => {
        const room = await prepare();
        asked = [];
        denied = 'join';
        const before = await membershipOf(room, bob);
        const error = (await enter(room).catch((reason: unknown) => reason)) as { status: number; errcode: string };
        expect([error.status, error.errcode]).to.deep.equal([403, 'M_FORBIDDEN']);
        expect(await membershipOf(room, bob)).to.equal(before);
        denied = undefined;
        await enter(room);
        expect(askedOf('join')).to.deep.equal(Array.from({ length: 2 }, () => [bob.userId, room, isInvited]));
        expect(await membershipOf(room, bob)).to.equal('join');
      });
    }

    it('is not asked of members, nor of who knocks, creates or upgrades', async () => {
      const room = await open();
      await alice.join(room);
      await alice.setState(room, 'm.room.member', { membership: 'join', displayname: 'Here only' }, alice.userId);
      await alice.request('PUT', v3('profile', alice.userId, 'displayname'), { displayname: 'Alice' });
      await server.idle();
      await alice.request('POST', v3('rooms', room, 'upgrade'), { new_version: '11' });
      const closed = await alice.createRoom({ initial_state: [{ type: 'm.room.join_rules', content: { join_rule: 'knock' } }] });
      await bob.request('POST', v3('knock', closed), {});
      expect(askedOf('join')).to.deep.equal([]);
    });
  });

  describe('user_may_send_state_event', () => {
    it('is asked about state that a request names, as it was asked for, by clients and by modules', async () => {
      const room = await alice.createRoom();
      asked = [];
      await alice.setState(room, 'org.x', { a: 1 }, 'key');
      await alice.setState(room, 'm.room.member', { membership: 'invite' }, bob.userId);
      await api.createAndSendEventIntoRoom({ type: 'org.x', room_id: room, sender: alice.userId, content: { a: 2 }, state_key: 'key' });
      expect(askedOf('state')).to.deep.equal([
        [alice.userId, room, 'org.x', 'key', { a: 1 }],
        [alice.userId, room, 'm.room.member', bob.userId, { membership: 'invite' }],
        [alice.userId, room, 'org.x', 'key', { a: 2 }],
      ]);
    });

    it('is not asked about what stands already, nor about what requests imply', async () => {
      const room = await alice.createRoom({ preset: 'public_chat', topic: 'implied', invite: [bob.userId] });
      await bob.join(room);
      await alice.send(room, 'hi');
      expect(askedOf('state')).to.deep.equal([]);
      await alice.setState(room, 'org.x', { a: 1 });
      await alice.setState(room, 'org.x', { a: 1 });
      expect(askedOf('state')).to.have.length(1);
    });

    it('can refuse, and then nothing is set', async () => {
      const room = await alice.createRoom();
      denied = 'state';
      await expectError(alice.setState(room, 'org.x', {}), 403, 'M_FORBIDDEN');
      await expectError(alice.getState(room, 'org.x'), 404, 'M_NOT_FOUND');
    });
  });

  describe('invitations of addresses', () => {
    const EMAIL = 'carol@example.org';
    const byMail = (address = EMAIL): Json => ({
      medium: 'email',
      address,
      id_server: identity.name,
      id_access_token: identity.tokenOf(alice.userId),
    });
    beforeEach(() => {
      identity.invitations.length = 0;
      identity.asked.length = 0;
      identity.bound.clear();
    });

    it('are asked about in the room and with a new one, with the address as it is written everywhere', async () => {
      const room = await alice.createRoom({ topic: 'cake' });
      await alice.request('POST', v3('rooms', room, 'invite'), byMail('Carol@Example.org'));
      expect(askedOf('address')).to.deep.equal([['email', EMAIL, 'cake']]);
      expect(askedOf('mail')).to.deep.equal([[alice.userId, 'email', EMAIL, room]]);
      asked = [];
      const other = await alice.createRoom({ topic: 'new', invite_3pid: [byMail(), byMail('dave@example.org')] });
      expect(askedOf('address')).to.deep.equal([
        ['email', EMAIL, undefined],
        ['email', 'dave@example.org', undefined],
      ]);
      expect(askedOf('mail')).to.deep.equal([
        [alice.userId, 'email', EMAIL, other],
        [alice.userId, 'email', 'dave@example.org', other],
      ]);
    });

    for (const [question, lookups] of [
      ['address', 0],
      ['mail', 2],
    ] as const) {
      it(`are neither sent nor left anywhere when "${question}" is denied, or fails`, async () => {
        const room = await alice.createRoom();
        const rooms = await alice.request('GET', v3('joined_rooms'));
        const invite = (): Promise<unknown> => alice.request('POST', v3('rooms', room, 'invite'), byMail());
        denied = question;
        await expectError(invite(), 403, 'M_FORBIDDEN');
        await expectError(alice.createRoom({ invite_3pid: [byMail()] }), 403, 'M_FORBIDDEN');
        expect(identity.asked.filter((path) => path.endsWith('/lookup'))).to.have.length(lookups);
        broken = question;
        await expectError(invite(), 500, 'M_UNKNOWN');
        await expectError(alice.createRoom({ invite_3pid: [byMail()] }), 500, 'M_UNKNOWN');
        expect(identity.invitations).to.deep.equal([]);
        expect(await alice.request('GET', v3('joined_rooms'))).to.deep.equal(rooms);
      });
    }

    it('are invitations of users where the identity server knows one', async () => {
      identity.bound.set(EMAIL, bob.userId);
      const room = await alice.createRoom();
      await alice.request('POST', v3('rooms', room, 'invite'), byMail());
      expect(askedOf('address')).to.have.length(1);
      expect(askedOf('mail')).to.deep.equal([]);
      expect(await membershipOf(room, bob)).to.equal('invite');
    });
  });

  describe('check_visibility_can_be_modified', () => {
    const visibility = (room: string): string => v3('directory', 'list', 'room', room);

    it('is asked when a room is published or withdrawn, and on each createRoom', async () => {
      const room = await alice.createRoom({ topic: 'cake', visibility: 'public' });
      const other = await alice.createRoom();
      for (const wanted of ['public', 'private', 'private']) await alice.request('PUT', visibility(room), { visibility: wanted });
      await api.publicRoomListManager.addRoomToPublicRoomList(room);
      expect(askedOf('visibility')).to.deep.equal([
        [room, undefined, 'public'],
        [other, undefined, 'private'],
        [room, 'cake', 'private'],
        [room, 'cake', 'public'],
      ]);
    });

    it('can refuse each of them, and then nothing is changed', async () => {
      const room = await alice.createRoom({ visibility: 'public' });
      const rooms = await alice.request('GET', v3('joined_rooms'));
      denied = 'visibility';
      await expectError(alice.request('PUT', visibility(room), { visibility: 'private' }), 403, 'M_FORBIDDEN');
      await expectError(alice.createRoom(), 403, 'M_FORBIDDEN');
      expect(await alice.request('GET', visibility(room))).to.deep.equal({ visibility: 'public' });
      expect(await alice.request('GET', v3('joined_rooms'))).to.deep.equal(rooms);
    });
  });

  it('a module that fails denies, and the client learns an incident only', async () => {
    const room = await alice.createRoom({ preset: 'public_chat' });
    broken = 'join';
    await expectError(bob.join(room), 500, 'M_UNKNOWN');
    broken = 'state';
    await expectError(alice.setState(room, 'org.x', {}), 500, 'M_UNKNOWN');
    broken = 'visibility';
    const error = await expectError(alice.createRoom(), 500, 'M_UNKNOWN');
    expect(error.body['error']).to.match(/^Internal server error \(incident \w{8}\)$/);
    expect(await membershipOf(room, bob)).to.equal(undefined);
  });
});
