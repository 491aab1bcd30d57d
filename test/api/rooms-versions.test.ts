import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { moduleWith } from '../modules/module-with.ts';
import { v3 } from './v3.ts';

type Json = Record<string, unknown>;
const VERSIONS = Array.from({ length: 12 }, (_, index) => String(index + 1));

describe('Rooms of every version', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  let mallory: TestUser;

  before(async () => {
    server = await boot();
    [alice, bob, mallory] = [await server.user('alice'), await server.user('bob'), await server.user('mallory')];
  });
  after(() => server.close());

  const post = (who: TestUser, body: Json, ...path: string[]) => who.request('POST', v3(...path), body);
  const upgrade = async (who: TestUser, room: string, version: string, more: Json = {}) =>
    (await post(who, { new_version: version, ...more }, 'rooms', room, 'upgrade'))['replacement_room'] as string;
  const event = (who: TestUser, room: string, eventId: string) => who.request('GET', v3('rooms', room, 'event', eventId));
  const redact = async (who: TestUser, room: string, eventId: string, txn: string) =>
    (await who.request('PUT', v3('rooms', room, 'redact', eventId, txn), { reason: 'spam' }))['event_id'] as string;

  for (const version of VERSIONS) {
    it(`${version}: create, invite, join, send, redact, leave`, async () => {
      const room = await alice.createRoom({ room_version: version, name: `Version ${version}`, invite: [bob.userId] });
      expect((await alice.getState(room, 'm.room.create'))['room_version']).to.equal(version);
      await bob.join(room);
      const eventId = await bob.send(room, 'hello');
      expect((await event(alice, room, eventId))['content']).to.deep.equal({ msgtype: 'm.text', body: 'hello' });
      const redaction = await redact(alice, room, eventId, version);
      expect(await redact(alice, room, eventId, version), 'the same transaction').to.equal(redaction);
      expect((await event(bob, room, eventId))['content']).to.deep.equal({});
      const shown = await event(bob, room, redaction);
      expect((shown['content'] as Json)['reason']).to.equal('spam');
      const second = await bob.send(room, 'again');
      const sent = await bob.sendEvent(room, 'm.room.redaction', { redacts: second, reason: 'sorry' });
      expect((await event(alice, room, second))['content']).to.deep.equal({});
      expect((await event(alice, room, sent))['content']).to.include({ reason: 'sorry' });
      await bob.leave(room);
    });

    const next = String((Number(version) % 12) + 1);
    it(`${version}: upgrade to ${next}`, async () => {
      const joinRule = Number(version) >= 7 ? 'knock' : 'public';
      const old = await alice.createRoom({
        room_version: version,
        preset: 'public_chat',
        visibility: 'public',
        room_alias_name: `v${version}`,
        name: 'Old',
        creation_content: { type: 'org.example.type', 'm.federate': false },
        initial_state: [{ type: 'm.room.join_rules', content: { join_rule: joinRule } }],
      });
      await post(alice, { user_id: mallory.userId, reason: 'spam' }, 'rooms', old, 'ban');
      await alice.invite(old, bob);
      await bob.join(old);
      await expectError(upgrade(bob, old, next), 403, 'M_FORBIDDEN');
      const room = await upgrade(alice, old, next);

      const create = await alice.getState(room, 'm.room.create');
      expect(create).to.deep.include({ room_version: next, type: 'org.example.type', 'm.federate': false });
      expect(create['predecessor']).to.deep.include({ room_id: old }).and.to.have.property('event_id');
      expect((await alice.getState(old, 'm.room.tombstone'))['replacement_room']).to.equal(room);
      expect(await alice.getState(room, 'm.room.name')).to.deep.equal({ name: 'Old' });
      expect(await alice.getState(room, 'm.room.canonical_alias')).to.deep.equal({ alias: `#v${version}:localhost` });
      expect(await alice.getState(old, 'm.room.canonical_alias')).to.deep.equal({});
      const expectedRule = joinRule === 'knock' && next === '1' ? 'invite' : joinRule;
      expect((await alice.getState(room, 'm.room.join_rules'))['join_rule']).to.equal(expectedRule);
      expect(await alice.getState(room, 'm.room.member', mallory.userId)).to.deep.equal({ membership: 'ban', reason: 'spam' });
      expect(((await server.request('GET', v3('directory', 'room', `#v${version}:localhost`))) as Json)['room_id']).to.equal(room);
      for (const [which, visibility] of [
        [room, 'public'],
        [old, 'private'],
      ] as const) {
        expect(await server.request('GET', v3('directory', 'list', 'room', which))).to.deep.equal({ visibility });
      }
      expect(await alice.getState(old, 'm.room.power_levels')).to.include({ events_default: 50, invite: 50 });
      await expectError(bob.send(old, 'still here?'), 403, 'M_FORBIDDEN');
      await alice.setState(room, 'm.room.power_levels', await alice.getState(room, 'm.room.power_levels'));
    });
  }

  it('lets a moderator upgrade who lacks the power for all that is transferred', async () => {
    const old = await alice.createRoom({
      room_version: '10',
      preset: 'public_chat',
      power_level_content_override: {
        users: { [alice.userId]: 100, [bob.userId]: 50 },
        events: { 'm.room.tombstone': 50, 'm.room.server_acl': 100, 'm.room.power_levels': 100 },
      },
      initial_state: [{ type: 'm.room.server_acl', content: { allow: ['*'] } }],
    });
    await bob.join(old);
    const room = await upgrade(bob, old, '11');
    expect(await alice.join(room)).to.equal(room);
    expect((await bob.getState(room, 'm.room.power_levels'))['users']).to.deep.equal({ [alice.userId]: 100, [bob.userId]: 50 });
    expect(await bob.getState(room, 'm.room.server_acl')).to.deep.equal({ allow: ['*'] });
    expect((await alice.getState(old, 'm.room.power_levels'))['events_default'], 'what Bob may not raise stays').to.equal(0);
  });

  it('writes levels that were strings as integers', async () => {
    const old = await alice.createRoom({
      room_version: '9',
      power_level_content_override: { ban: '70', users: { [alice.userId]: '100', [bob.userId]: '50' }, events: { 'm.room.tombstone': '100' } },
    });
    const room = await upgrade(alice, old, '12', { additional_creators: [bob.userId] });
    const levels = await alice.getState(room, 'm.room.power_levels');
    expect(levels).to.deep.include({ ban: 70, users: {}, events: { 'm.room.tombstone': 100 } });
    expect((await alice.getState(room, 'm.room.create'))['additional_creators']).to.deep.equal([bob.userId]);
  });

  it('gives creators levels again where they have none of their own', async () => {
    const old = await alice.createRoom({ room_version: '12', preset: 'trusted_private_chat', invite: [bob.userId] });
    const room = await upgrade(alice, old, '11');
    expect((await alice.getState(room, 'm.room.power_levels'))['users']).to.deep.equal({ [alice.userId]: 150, [bob.userId]: 150 });
  });

  it('leaves it to who upgrades to name the creators anew', async () => {
    const levels = { users: { [bob.userId]: 150, [mallory.userId]: 50 } };
    const old = await alice.createRoom({ room_version: '12', preset: 'public_chat', power_level_content_override: levels });
    await bob.join(old);
    const room = await upgrade(bob, old, '12', { additional_creators: [mallory.userId] });
    expect((await bob.getState(room, 'm.room.power_levels'))['users']).to.deep.equal({});
    expect((await bob.getState(room, 'm.room.create'))['additional_creators']).to.deep.equal([mallory.userId]);
  });

  it('refuses versions that it does not know, and rooms too', async () => {
    const room = await alice.createRoom();
    await expectError(upgrade(alice, room, '99'), 400, 'M_UNSUPPORTED_ROOM_VERSION');
    await expectError(upgrade(alice, '!no:localhost', '12'), 404, 'M_NOT_FOUND');
    await expectError(post(alice, {}, 'rooms', room, 'upgrade'), 400, 'M_BAD_JSON');
    await expectError(upgrade(bob, room, '12'), 403, 'M_FORBIDDEN');
    await expectError(upgrade(alice, room, '12', { additional_creators: ['bob'] }), 400, 'M_INVALID_PARAM');
  });
});

describe('Upgrades of one room', () => {
  /** Upgrades that wait for the others. */
  let waiting: (() => void)[] = [];
  let together = 1;
  let server: TestServer;
  let alice: TestUser;
  before(async () => {
    const module = moduleWith((api) => {
      api.registerSpamCheckerCallbacks({
        user_may_create_room: () =>
          new Promise<boolean>((resolve) => {
            waiting.push(() => resolve(true));
            if (waiting.length < together) return;
            for (const goOn of waiting) goOn();
            waiting = [];
          }),
      });
    });
    server = await boot({ modules: [{ module }], port: 'none' });
    alice = await server.user('alice');
  });
  after(() => server.close());

  for (const version of ['11', '12']) {
    it(`at the same time make one replacement, later ones another: to ${version}`, async () => {
      together = 1;
      const room = await alice.createRoom({ room_version: '10', preset: 'public_chat' });
      const upgrade = async (): Promise<string> =>
        (await alice.request('POST', v3('rooms', room, 'upgrade'), { new_version: version }))['replacement_room'] as string;
      const replacement = async (): Promise<unknown> => (await alice.getState(room, 'm.room.tombstone'))['replacement_room'];
      together = 3;
      const asked = await Promise.allSettled([upgrade(), upgrade(), upgrade()]);
      const made = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      expect(made).to.deep.equal([await replacement()]);
      for (const one of asked) if (one.status === 'rejected') await expectError(Promise.reject(one.reason), 400, 'M_BAD_STATE');
      together = 1;
      const again = await upgrade();
      expect(again)
        .to.equal(await replacement())
        .and.not.equal(made[0]);
    });
  }
});
