import { expect } from 'chai';
import { createSigningKey, generateSeed, signJson } from '../../src/core/signatures.ts';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { ClientEvent, Json } from '../../src/testing/test-user.ts';
import type { RoomId } from '../../src/core/identifiers.ts';
import { createRoom } from '../../src/operations/rooms/create-room.ts';
import { inviteUser } from '../../src/operations/rooms/invite-user.ts';
import { shadowBanned } from './shadow-banned.ts';
import { TestIdentityServer } from '../support/identity-server.ts';
import { certificateFile } from '../support/tls-certificate.ts';
import { v3 } from './v3.ts';

const V2 = '/_matrix/identity/v2';
const EMAIL = 'carol@example.org';

/** https://spec.matrix.org/v1.19/client-server-api/#third-party-invites */
describe('invitations by mail', () => {
  const certificate = certificateFile();
  let identity: TestIdentityServer;
  let server: TestServer;
  let alice: TestUser;
  let carol: TestUser;
  let idAccessToken: string;
  after(() => certificate.remove());

  const asked: unknown[][] = [];
  const refused = new Set<string>();
  class Watch {
    constructor(_config: unknown, api: { registerSpamCheckerCallbacks(callbacks: object): void }) {
      api.registerSpamCheckerCallbacks({
        user_may_invite: async (...args: unknown[]) => {
          asked.push(args);
          return !refused.has(String(args[1]));
        },
        user_may_create_room: async (user: string) => !refused.has(user),
        check_event_for_spam: async (event: { type: string }) => refused.has(event.type),
      });
    }
  }
  beforeEach(async () => {
    asked.length = 0;
    refused.clear();
    identity = await TestIdentityServer.start();
    server = await boot({
      clock: 'fake',
      modules: [{ module: Watch }],
      config: { outgoing: { extra_ca: [certificate.path], allow_addresses: ['127.0.0.1'] } },
    });
    alice = await server.user('alice');
    carol = await server.user('carol');
    idAccessToken = identity.tokenOf(alice.userId);
  });
  afterEach(async () => {
    await server.close();
    await identity.close();
  });

  const byMail = (address = EMAIL, more: Json = {}): Json => ({
    medium: 'email',
    address,
    id_server: identity.name,
    id_access_token: idAccessToken,
    ...more,
  });
  const invite = (room: string, body: Json = byMail(), user = alice): Promise<Json> => user.request('POST', v3('rooms', room, 'invite'), body);
  const state = async (room: string, type: string): Promise<ClientEvent[]> =>
    ((await alice.request('GET', v3('rooms', room, 'state'))) as unknown as ClientEvent[]).filter((event) => event.type === type);
  const membershipOf = async (room: string, user: TestUser): Promise<unknown> =>
    (await state(room, 'm.room.member')).find((event) => event.state_key === user.userId)?.content['membership'];
  const join = (room: string, signed: Json, user = carol): Promise<Json> => user.request('POST', v3('join', room), { third_party_signed: signed });

  describe('to somebody whom the identity server knows', () => {
    beforeEach(() => identity.bound.set(EMAIL, carol.userId));

    it('are ordinary invitations, by all gates', async () => {
      const room = await alice.createRoom();
      expect(await invite(room, byMail('Carol@Example.ORG'))).to.deep.equal({});
      expect(asked).to.deep.equal([[alice.userId, carol.userId, room]]);
      expect(await membershipOf(room, carol)).to.equal('invite');
      expect(identity.invitations).to.deep.equal([]);
      await carol.join(room);
    });

    it('are refused like any other', async () => {
      const room = await alice.createRoom();
      refused.add(carol.userId);
      await expectError(invite(room), 403, 'M_FORBIDDEN');
      refused.clear();
      await carol.request('PUT', v3('user', carol.userId, 'account_data', 'm.invite_permission_config'), { default_action: 'block' });
      await expectError(invite(room), 403, 'M_INVITE_BLOCKED');
      expect(await membershipOf(room, carol)).to.equal(undefined);
    });

    it('come with a new room as well, and are trusted where invitees are', async () => {
      const room = await alice.createRoom({ invite_3pid: [byMail()], is_direct: true, preset: 'trusted_private_chat', room_version: '11' });
      const [event] = (await state(room, 'm.room.member')).filter((each) => each.state_key === carol.userId);
      expect(event?.content).to.include({ membership: 'invite', is_direct: true });
      const [levels] = await state(room, 'm.room.power_levels');
      expect(levels?.content['users']).to.have.property(carol.userId, 100);
      expect(asked).to.deep.equal([[alice.userId, carol.userId, room]]);
    });
  });

  it('find out hashed whom the identity server knows, and once more when the pepper was changed meanwhile', async () => {
    identity.bound.set(EMAIL, carol.userId);
    const room = await alice.createRoom();
    let turns = 0;
    identity.afterPepper = () => {
      identity.pepper = turns++ === 0 ? 'another' : identity.pepper;
    };
    await invite(room);
    expect(identity.asked).to.deep.equal([`GET ${V2}/hash_details`, `POST ${V2}/lookup`, `GET ${V2}/hash_details`, `POST ${V2}/lookup`]);
    await carol.leave(room);
    identity.afterPepper = () => (identity.pepper = `${identity.pepper}.`);
    await expectError(invite(room), 400, 'M_INVALID_PEPPER');
    identity.afterPepper = () => undefined;
    identity.algorithms = ['none'];
    await invite(room);
    expect(await membershipOf(room, carol)).to.equal('invite');
    identity.algorithms = ['rot13'];
    await expectError(invite(room), 502, 'M_UNKNOWN');
  });

  describe('to somebody whom it does not know', () => {
    let room: string;
    beforeEach(async () => {
      await alice.request('PUT', v3('profile', alice.userId, 'displayname'), { displayname: 'Alice' });
      room = await alice.createRoom({ name: 'The pub', room_alias_name: 'pub', creation_content: { type: 'm.space' } });
    });

    it('are left at the identity server, which sends the mail, and stand in the room', async () => {
      expect(await invite(room)).to.deep.equal({});
      const [stored] = identity.invitations;
      expect(stored?.request).to.deep.equal({
        medium: 'email',
        address: EMAIL,
        room_id: room,
        sender: alice.userId,
        sender_display_name: 'Alice',
        room_alias: '#pub:localhost',
        room_join_rules: 'invite',
        room_name: 'The pub',
        room_type: 'm.space',
      });
      const [event] = await state(room, 'm.room.third_party_invite');
      expect(event).to.include({ sender: alice.userId, state_key: stored?.token });
      const keys = event?.content['public_keys'] as Json[];
      expect(keys).to.have.length(2);
      expect(event?.content).to.deep.equal({ display_name: 'c...@e...', public_keys: keys, ...keys[0] });
      expect(JSON.stringify(event)).to.not.include(EMAIL);
    });

    it('come with a new room as well', async () => {
      const other = await alice.createRoom({ name: 'New', invite_3pid: [byMail(), byMail('dave@example.org')], preset: 'public_chat' });
      expect(
        identity.invitations.map(({ request }) => [request['address'], request['room_id'], request['room_name'], request['room_join_rules']]),
      ).to.deep.equal([
        [EMAIL, other, 'New', 'public'],
        ['dave@example.org', other, 'New', 'public'],
      ]);
      const events = await state(other, 'm.room.third_party_invite');
      expect(events.map((event) => event.state_key)).to.have.members(identity.invitations.map(({ token }) => token));
    });

    it('are not sent when the room or a module does not let them', async () => {
      await expectError(invite(room, byMail(), carol), 403, 'M_FORBIDDEN');
      const open = await alice.createRoom({ preset: 'public_chat' });
      await carol.join(open);
      await expectError(invite(open, byMail(), carol), 403, 'M_FORBIDDEN');
      refused.add(alice.userId);
      await expectError(alice.createRoom({ invite_3pid: [byMail()] }), 403, 'M_FORBIDDEN');
      expect(identity.invitations).to.deep.equal([]);
      await expectError(invite('!unknown:localhost'), 404, 'M_NOT_FOUND');
      refused.add('m.room.third_party_invite');
      await expectError(invite(room), 403, 'M_FORBIDDEN');
      expect(await state(room, 'm.room.third_party_invite')).to.deep.equal([]);
    });

    it('are not made by an identity server that does not answer as it should', async () => {
      for (const body of ['{}', '[]', '{"token":"bad token","display_name":"x","public_keys":[]}', 'null']) {
        identity.answers.set(`${V2}/store-invite`, { status: 200, body });
        await expectError(invite(room), 502, 'M_UNKNOWN');
      }
      identity.answers.clear();
      identity.answers.set(`${V2}/store-invite`, { status: 403, body: '{"errcode":"M_TERMS_NOT_SIGNED","error":"Accept the terms"}' });
      await expectError(invite(room), 403, 'M_TERMS_NOT_SIGNED');
      await expectError(alice.createRoom({ invite_3pid: [byMail()] }), 403, 'M_TERMS_NOT_SIGNED');
      identity.answers.set(`${V2}/lookup`, { status: 200, body: '{"mappings":[]}' });
      await expectError(invite(room), 502, 'M_UNKNOWN');
      expect(await state(room, 'm.room.third_party_invite')).to.deep.equal([]);
    });

    it('are not sent for those whom the server has shadow-banned, who do not notice', async () => {
      const who = shadowBanned(alice);
      await server.run(inviteUser, who, { roomId: room as RoomId, invitee: byMail() as never });
      await server.run(createRoom, who, { invite_3pid: [byMail()] });
      expect(identity.invitations).to.deep.equal([]);
    });

    it('count like those that are made one by one', async () => {
      await server.close();
      const config = {
        outgoing: { extra_ca: [certificate.path], allow_addresses: ['127.0.0.1'] },
        rate_limits: { invite: { per_second: 1, burst: 2 } },
      };
      server = await boot({ clock: 'fake', config });
      alice = await server.user('alice');
      await expectError(alice.createRoom({ invite_3pid: [byMail('a@b.c'), byMail('d@e.f'), byMail('g@h.i')] }), 429, 'M_LIMIT_EXCEEDED');
      expect(identity.invitations).to.deep.equal([]);
      await server.advance(2_000);
      await alice.createRoom({ invite_3pid: [byMail('a@b.c'), byMail('d@e.f')] });
      expect(identity.invitations).to.have.length(2);
    });

    it('name all that is needed', async () => {
      for (const key of ['medium', 'address', 'id_server', 'id_access_token']) {
        const { [key]: _left, ...rest } = byMail();
        await expectError(invite(room, rest), 400, 'M_BAD_JSON');
        await expectError(alice.createRoom({ invite_3pid: [rest] }), 400, 'M_BAD_JSON');
      }
      await expectError(invite(room, byMail(EMAIL, { id_server: 'https://example.org/' })), 400, 'M_INVALID_PARAM');
      await expectError(alice.createRoom({ invite_3pid: Array.from({ length: 21 }, () => byMail()) }), 400, 'M_BAD_JSON');
    });

    describe('are accepted', () => {
      let signed: Json;
      beforeEach(async () => {
        await invite(room);
        asked.length = 0;
        signed = await identity.signed(carol.userId);
      });

      it('by whoever has the mail, as invited by the one who has invited them', async () => {
        expect(await join(room, signed)).to.deep.equal({ room_id: room });
        expect(await membershipOf(room, carol)).to.equal('join');
        expect(asked).to.deep.equal([[alice.userId, carol.userId, room]]);
        const { chunk } = await alice.request('GET', `${v3('rooms', room, 'messages')}?dir=b`);
        const invited = (chunk as ClientEvent[]).find(({ content }) => content['membership'] === 'invite');
        expect(invited).to.include({ sender: alice.userId, state_key: carol.userId });
        expect(invited?.content['third_party_invite']).to.deep.equal({ display_name: 'c...@e...', signed });
      });

      it('at the other path as well', async () => {
        expect(await carol.request('POST', v3('rooms', room, 'join'), { third_party_signed: signed })).to.deep.equal({ room_id: room });
      });

      it('not without the signature, nor with one for somebody else, or by somebody else', async () => {
        await expectError(carol.join(room), 403, 'M_FORBIDDEN');
        const dave = await server.user('dave');
        await expectError(join(room, signed, dave), 403, 'M_FORBIDDEN');
        const { signatures: _signatures, ...unsigned } = signed;
        const forged = signJson(unsigned as never, identity.name, createSigningKey('ed25519:0', generateSeed()));
        await expectError(join(room, forged), 403, 'M_FORBIDDEN');
        await expectError(join(room, { ...signed, token: 'unknown' }), 403, 'M_FORBIDDEN');
        await expectError(join(room, { ...signed, mxid: dave.userId }, dave), 403, 'M_FORBIDDEN');
        await expectError(join(room, { ...signed, signatures: {} }), 403, 'M_FORBIDDEN');
        await expectError(join(room, { token: 'x' }), 400, 'M_BAD_JSON');
        expect(await membershipOf(room, carol)).to.equal(undefined);
      });

      it('not with a key that is not good any more', async () => {
        identity.withdrawKeys();
        await expectError(join(room, signed), 403, 'M_FORBIDDEN');
        identity.answers.set(`${V2}/pubkey/ephemeral/isvalid`, { status: 500, body: '' });
        await expectError(join(room, signed), 403, 'M_FORBIDDEN');
      });

      it('not after they were withdrawn', async () => {
        await alice.request('PUT', v3('rooms', room, 'state', 'm.room.third_party_invite', String(signed['token'])), {});
        await expectError(join(room, signed), 403, 'M_FORBIDDEN');
      });

      it('once: who was removed cannot come back by the same mail', async () => {
        await join(room, signed);
        expect(await join(room, signed), 'who is in the room').to.deep.equal({ room_id: room });
        await alice.request('POST', v3('rooms', room, 'kick'), { user_id: carol.userId });
        const again = await expectError(join(room, signed), 403, 'M_FORBIDDEN');
        expect(again.body['error']).to.include('used already');
      });

      it('not by those who are banned, and not against a module', async () => {
        refused.add(carol.userId);
        await expectError(join(room, signed), 403, 'M_FORBIDDEN');
        refused.clear();
        await alice.request('POST', v3('rooms', room, 'ban'), { user_id: carol.userId });
        await expectError(join(room, signed), 403, 'M_FORBIDDEN');
      });
    });
  });
});
