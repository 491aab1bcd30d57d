import { expect } from 'chai';
import { RegistrationBehaviour, type ModuleApi } from '../../src/modules/public.ts';
import { boot, expectError, TestUser, type TestServer } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { PushGateway } from '../support/push-gateway.ts';
import { pathOf } from './room-reading.ts';
import { v3 } from './v3.ts';
import { roadsWith, wholeView, type Scene } from './visibility/whole-view.ts';

/** What only its sender may find, what was taken back, and what comes from somebody who is ignored. */
const [HIDDEN, REDACTED, IGNORED] = ['spectre', 'blunder', 'quarrel'];
const HANGING = '/messages that threads hang on';
const thread = (root: string): Json => ({ 'm.relates_to': { rel_type: 'm.thread', event_id: root } });
const text = (body: string, more: Json = {}): Json => ({ msgtype: 'm.text', body, ...more });

let api: ModuleApi;
class ShadowBans {
  constructor(_config: unknown, given: ModuleApi) {
    api = given;
    api.registerSpamCheckerCallbacks({
      check_registration_for_spam: (_threepid, name) => (name === 'ghost' ? RegistrationBehaviour.SHADOW_BAN : RegistrationBehaviour.ALLOW),
    });
  }
}

describe('what is kept from a user, by every road', () => {
  let server: TestServer;
  let gateway: PushGateway;
  let alice: TestUser;
  let bob: TestUser;
  let carol: TestUser;
  let ghost: TestUser;
  before(async () => {
    gateway = await PushGateway.start();
    server = await boot({ clock: 'fake', modules: [{ module: ShadowBans }], config: { outgoing: { allow_addresses: ['127.0.0.1'] } } });
    [alice, bob, carol, ghost] = [await server.user('alice'), await server.user('bob'), await server.user('carol'), await server.user('ghost')];
    const data = { url: gateway.url };
    const pusher = { app_id: 'app', pushkey: 'alice', kind: 'http', app_display_name: 'A', device_display_name: 'D', lang: 'en', data };
    await alice.request('POST', v3('pushers', 'set'), pusher);
  });
  after(async () => {
    await server.close();
    await gateway.close();
  });

  const ignore = (who: TestUser, ...others: TestUser[]): Promise<Json> =>
    who.request('PUT', v3('user', who.userId, 'account_data', 'm.ignored_user_list'), {
      ignored_users: Object.fromEntries(others.map(({ userId }) => [userId, {}])),
    });
  const redact = (who: TestUser, room: string, eventId: string, reason: string): Promise<Json> =>
    who.request('PUT', v3('rooms', room, 'redact', eventId, `r${eventId}`), { reason });
  /** A room with some users in it, in which Alice has said something. */
  async function sceneWith([creator = alice, ...others]: readonly TestUser[], term: string): Promise<Omit<Scene, 'eventIds'>> {
    const room = await creator.createRoom({ preset: 'public_chat' });
    for (const other of others) await other.join(room);
    const root = await alice.sendEvent(room, 'org.example.root', { body: 'root' });
    const { next_batch: since } = await alice.sync();
    const from = (await alice.request('GET', `${pathOf(room)}/messages?dir=b&limit=1`))['start'] as string;
    gateway.take();
    return { room, root, term, since, from };
  }
  const pushed = async (): Promise<string> => {
    await server.idle();
    return JSON.stringify(gateway.take());
  };

  it('what a shadow-banned user does', async () => {
    const scene = await sceneWith([ghost, alice, bob], HIDDEN);
    const { room, root } = scene;
    const eventIds = [
      await ghost.send(room, text(HIDDEN)),
      await ghost.send(room, text(HIDDEN, thread(root))),
      await ghost.sendEvent(room, 'org.example.vote', { text: HIDDEN, 'm.relates_to': { rel_type: 'm.reference', event_id: root } }),
      await ghost.sendEvent(room, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: root, key: HIDDEN } }),
      await ghost.setState(room, 'm.room.member', { membership: 'join', displayname: HIDDEN }, ghost.userId),
    ];
    await ghost.request('PUT', v3('rooms', room, 'typing', ghost.userId), { typing: true, timeout: 30_000 });
    await ghost.request('POST', v3('rooms', room, 'receipt', 'm.read', root), {});
    for (const other of [alice, bob]) {
      const view = await wholeView(other, { ...scene, eventIds });
      expect(roadsWith(view, HIDDEN)).to.deep.equal([]);
      for (const eventId of eventIds) expect(roadsWith(view, eventId), eventId).to.deep.equal([]);
      expect(view.get(HANGING)).to.have.deep.property('chunk', []);
      const told = JSON.stringify(await other.sync());
      expect(told).to.not.include('m.typing');
      expect(told).to.not.include('"m.thread"');
      expect(told).to.not.match(new RegExp(`m\\.read[^}]*${ghost.userId}`));
    }
    expect(await pushed()).to.not.include(HIDDEN);
    const own = roadsWith(await wholeView(ghost, { ...scene, eventIds }), HIDDEN);
    const roads = [
      '/messages backwards',
      '/messages forwards',
      '/context',
      '/relations',
      '/initialSync of the room',
      '/sync, initial',
      '/initialSync',
      '/event 0',
    ];
    expect(own).to.include.members([...roads, '/events', '/events of the room', '/sync, incremental', '/context 2', '/events/{id} 1']);
  });

  it('what was redacted', async () => {
    const scene = await sceneWith([alice, bob], REDACTED);
    const { room, root } = scene;
    const eventIds = [
      await bob.send(room, text(REDACTED)),
      await bob.send(room, text(REDACTED, thread(root))),
      await bob.sendEvent(room, 'org.example.vote', { text: REDACTED, 'm.relates_to': { rel_type: 'm.reference', event_id: root } }),
      await alice.setState(room, 'm.room.topic', { topic: REDACTED }),
      await alice.setState(room, 'm.room.name', { name: REDACTED }),
      await alice.setState(room, 'm.room.member', { membership: 'join', displayname: REDACTED }, alice.userId),
    ];
    const edited = await alice.send(room, text('good'));
    eventIds.push(
      await alice.send(room, { ...text(REDACTED), 'm.new_content': text(REDACTED), 'm.relates_to': { rel_type: 'm.replace', event_id: edited } }),
    );
    for (const eventId of eventIds) await redact(alice, room, eventId, 'a mistake');
    // It must not come back as what was there before.
    await alice.setState(room, 'm.room.topic', { topic: 'new' });
    await alice.invite(room, carol);
    for (const other of [alice, bob]) {
      const view = await wholeView(other, { ...scene, eventIds: [...eventIds, edited] });
      expect(roadsWith(view, REDACTED)).to.deep.equal([]);
      expect(view.get('/threads')).to.have.deep.property('chunk', []);
      expect(view.get('/event 0')).to.have.nested.property('unsigned.redacted_because.content.reason', 'a mistake');
      expect(view.get(`/event ${eventIds.length}`)).to.not.have.nested.property('unsigned.m\\.relations');
    }
    expect(JSON.stringify(await carol.sync()), 'stripped state').to.not.include(REDACTED);
    await alice.request('PUT', v3('directory', 'list', 'room', room), { visibility: 'public' });
    const published = JSON.stringify(await alice.request('GET', v3('publicRooms')));
    expect(published).to.include('new').and.not.include(REDACTED);
    const contents: unknown[] = [];
    for await (const [, , event] of await api.getRoomState(room)) contents.push(event.content);
    expect(JSON.stringify(contents), 'for modules').to.include('new').and.not.include(REDACTED);
  });

  it('what ignored users say, though not the state that they set', async () => {
    const scene = await sceneWith([alice, bob, carol], IGNORED);
    const { room, root } = scene;
    await alice.setState(room, 'm.room.power_levels', { users: { [bob.userId]: 50 } });
    await ignore(alice, bob);
    const eventIds = [
      await bob.send(room, text(`${IGNORED} alice`)),
      await bob.send(room, text(IGNORED, thread(root))),
      await bob.sendEvent(room, 'org.example.vote', { text: IGNORED, 'm.relates_to': { rel_type: 'm.reference', event_id: root } }),
      await bob.sendEvent(room, 'm.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: root, key: IGNORED } }),
    ];
    const gone = await carol.send(room, 'gone');
    await redact(bob, room, gone, IGNORED);
    await carol.send(room, text('in it', thread(eventIds[0] ?? '')));
    const topic = await bob.setState(room, 'm.room.topic', { topic: 'peace' });
    await bob.request('PUT', v3('rooms', room, 'typing', bob.userId), { typing: true, timeout: 30_000 });
    await bob.request('POST', v3('rooms', room, 'receipt', 'm.read', root), {});
    await bob.request('PUT', v3('presence', bob.userId, 'status'), { presence: 'online', status_msg: IGNORED });
    const other = await bob.createRoom({ name: IGNORED });
    await bob.invite(other, alice);

    const view = await wholeView(alice, { ...scene, eventIds });
    expect(roadsWith(view, IGNORED)).to.deep.equal([]);
    // Of all their messages, only a root that others answer to is shown, as if it were redacted.
    expect(roadsWith(view, `"event_id":"${eventIds[0] ?? ''}"`)).to.include('/threads');
    for (const eventId of eventIds.slice(1)) expect(roadsWith(view, eventId), eventId).to.deep.equal([]);
    expect(roadsWith(view, other)).to.deep.equal([]);
    expect(view.get(HANGING), 'nobody but whom she ignores has answered').to.have.deep.property('chunk', []);
    expect(roadsWith(view, topic)).to.include.members(['/messages backwards', '/state', '/sync, initial', '/sync, incremental', '/events']);
    for (const reply of [await alice.sync(), await alice.sync({ since: scene.since })]) {
      expect(JSON.stringify(reply)).to.not.match(new RegExp(`m\\.read[^}]*${bob.userId}|user_ids":\\[[^\\]]*${bob.userId}`));
    }
    const told = await pushed();
    expect(told).to.include('in it');
    expect(told).to.not.include(IGNORED);
    expect(roadsWith(await wholeView(carol, { ...scene, eventIds }), IGNORED), 'others see it').to.include.members([
      '/threads',
      '/search',
      '/sync, initial',
    ]);

    await ignore(alice);
    const again = await wholeView(alice, { ...scene, eventIds });
    expect(roadsWith(again, IGNORED)).to.include.members(['/messages backwards', '/sync, initial', '/threads', '/relations', '/search', '/event 0']);
    expect(again.get(HANGING)).to.have.property('chunk').that.has.lengthOf(2);
    expect(roadsWith(again, other)).to.include.members(['/sync, initial', '/initialSync']);
  });

  it('what a redaction said that was sent after one has left', async () => {
    const { room } = await sceneWith([alice, bob], '');
    const eventId = await alice.send(room, REDACTED);
    await bob.leave(room);
    await redact(alice, room, eventId, HIDDEN);
    const event = await bob.request('GET', `${pathOf(room)}/event/${eventId}`);
    expect(event).to.have.nested.property('unsigned.redacted_because.type', 'm.room.redaction');
    expect(JSON.stringify(event)).to.not.match(new RegExp(`${HIDDEN}|${REDACTED}`));
  });

  it('pushes of whom one has begun to ignore, or of rooms that one has forgotten, while the gateway was away', async () => {
    const { room } = await sceneWith([alice, bob, carol], '');
    const second = await carol.createRoom({ preset: 'public_chat' });
    await alice.join(second);
    gateway.answer = { status: 500, body: '' };
    await bob.send(room, IGNORED);
    await carol.send(second, HIDDEN);
    await server.idle();
    expect(await pushed()).to.include(IGNORED);
    await ignore(alice, bob);
    await alice.leave(second);
    await alice.request('POST', `${pathOf(second)}/forget`, {});
    gateway.answer = PushGateway.accepting;
    await carol.send(room, 'still wanted');
    await server.advance(60_000);
    const told = await pushed();
    expect(told).to.include('still wanted');
    expect(told).to.not.include(IGNORED);
    expect(told).to.not.include(HIDDEN);
    await ignore(alice);
  });

  it('rooms that are closed to guests, by changing or redacting that they may come in', async () => {
    const guest = await guestOf(server);
    for (const close of [
      (room: string) => alice.setState(room, 'm.room.guest_access', { guest_access: 'forbidden' }),
      async (room: string) => redact(alice, room, await open(room), ''),
      async (room: string) => alice.sendEvent(room, 'm.room.redaction', { redacts: await open(room) }),
    ]) {
      const room = await alice.createRoom({ preset: 'public_chat' });
      await open(room);
      await guest.join(room);
      await close(room);
      expect(await alice.getState(room, 'm.room.member', guest.userId)).to.have.property('membership', 'leave');
    }
  });

  it('rooms that somebody closes to guests who may do hardly anything else', async () => {
    const [guest, dave, root] = [await guestOf(server), await server.user('dave'), await server.user('root', { admin: true })];
    const room = await dave.createRoom({ preset: 'public_chat' });
    const eventId = await dave.setState(room, 'm.room.guest_access', { guest_access: 'can_join' });
    await guest.join(room);
    await root.request('PUT', `/_matrix/client/v1/admin/suspend/${encodeURIComponent(dave.userId)}`, { suspended: true });
    await redact(dave, room, eventId, '');
    expect(await dave.getState(room, 'm.room.member', guest.userId)).to.have.property('membership', 'leave');
    await expectError(dave.kick(room, alice), 403, 'M_USER_SUSPENDED');
  });

  /** Lets guests into a room. @returns the event that does, made once */
  const open = (room: string): Promise<string> => alice.setState(room, 'm.room.guest_access', { guest_access: 'can_join' });
});

async function guestOf({ url, request }: TestServer): Promise<TestUser> {
  const made = (await request('POST', `${v3('register')}?kind=guest`, {})) as Record<'user_id' | 'access_token' | 'device_id', never>;
  return new TestUser({ url, userId: made.user_id, accessToken: made.access_token, deviceId: made.device_id });
}
