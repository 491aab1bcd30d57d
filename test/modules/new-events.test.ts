import { expect } from 'chai';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { RegistrationBehaviour } from '../../src/modules/public.ts';
import { moduleWith } from './module-with.ts';

describe('on_new_event', () => {
  let server: TestServer, alice: TestUser;
  let told: (readonly [type: string, body: unknown, topic: unknown])[] = [];

  beforeEach(async () => {
    const module = moduleWith((api) => {
      api.registerSpamCheckerCallbacks({
        check_registration_for_spam: (_email, username) => (username === 'mallory' ? RegistrationBehaviour.SHADOW_BAN : RegistrationBehaviour.ALLOW),
        check_event_for_spam: ({ content }) => content['body'] === 'spam',
      });
      api.registerThirdPartyRulesCallbacks({
        async on_new_event(event, state) {
          told.push([event.type, event.content['body'], (await state.get('m.room.topic', ''))?.content['topic']]);
          if (event.content['body'] === 'fail') throw new Error('as asked for');
        },
      });
    });
    server = await boot({ modules: [{ module }] });
    alice = await server.user('alice');
    told = [];
  });
  afterEach(() => server.close());

  it('is told of every event of a new room, and of state as it is after the event', async () => {
    const room = await alice.createRoom({ preset: 'public_chat', topic: 'one' });
    expect(told.map(([type]) => type)).to.include.members(['m.room.create', 'm.room.member', 'm.room.topic']);
    told = [];
    await alice.setState(room, 'm.room.topic', { topic: 'two' });
    expect(told).to.deep.equal([['m.room.topic', undefined, 'two']]);
  });

  it('is told neither of what is refused, nor of what only its sender sees, nor twice of a repeated request', async () => {
    const room = await alice.createRoom({ preset: 'public_chat', topic: 'one' });
    const mallory = await server.user('mallory');
    const own = await mallory.createRoom();
    told = [];
    await expectError(alice.send(room, 'spam'), 403);
    await mallory.send(own, 'nobody sees this');
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/same`;
    for (const _ of [1, 2]) await alice.request('PUT', path, { msgtype: 'm.text', body: 'once' });
    expect(told).to.deep.equal([['m.room.message', 'once', 'one']]);
  });

  it('changes nothing when it fails', async () => {
    const room = await alice.createRoom();
    expect(await alice.send(room, 'fail')).to.match(/^\$/);
  });
});
