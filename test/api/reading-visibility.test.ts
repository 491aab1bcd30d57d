import { expect } from 'chai';
import { RegistrationBehaviour, type ModuleApi } from '../../src/modules/public.ts';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { bodiesOf, pathOf } from './room-reading.ts';

/** What Bob is told apart by: a message at each stage of his dealings with the room. */
const STAGES = ['stranger', 'invited', 'joined', 'left', 'back', 'gone'] as const;
type Stage = (typeof STAGES)[number];

/**
 * Which of the messages that were sent while he was … he sees, by the room's visibility and by how far he got in the end. As the rules have
 * it: `shared` shows what was sent before any later join, `invited` and `joined` only what was sent while he was invited or joined.
 */
const TABLE: readonly (readonly [visibility: string, final: Stage, seen: readonly Stage[]])[] = [
  ['world_readable', 'stranger', ['stranger']],
  ['world_readable', 'invited', ['stranger', 'invited']],
  ['world_readable', 'joined', ['stranger', 'invited', 'joined']],
  ['world_readable', 'left', ['stranger', 'invited', 'joined', 'left']],
  ['shared', 'joined', ['stranger', 'invited', 'joined']],
  ['shared', 'left', ['stranger', 'invited', 'joined']],
  ['shared', 'back', ['stranger', 'invited', 'joined', 'left', 'back']],
  ['shared', 'gone', ['stranger', 'invited', 'joined', 'left', 'back']],
  ['invited', 'joined', ['invited', 'joined']],
  ['invited', 'left', ['invited', 'joined']],
  ['invited', 'back', ['invited', 'joined', 'back']],
  ['invited', 'gone', ['invited', 'joined', 'back']],
  ['joined', 'joined', ['joined']],
  ['joined', 'left', ['joined']],
  ['joined', 'back', ['joined', 'back']],
  ['joined', 'gone', ['joined', 'back']],
];
/** Those who were never joined may not read at all, unless the room is open to everybody. */
const SHUT_OUT = ['shared', 'invited', 'joined'].flatMap((visibility) => [[visibility, 'stranger'] as const, [visibility, 'invited'] as const]);

class ShadowBans {
  constructor(_config: unknown, api: ModuleApi) {
    api.registerSpamCheckerCallbacks({
      check_registration_for_spam: (_threepid, name) => (name === 'ghost' ? RegistrationBehaviour.SHADOW_BAN : RegistrationBehaviour.ALLOW),
    });
  }
}

describe('who may see which events', () => {
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  before(async () => {
    server = await boot();
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  after(() => server.close());

  /** Takes Bob through the stages, with a message of Alice in each. */
  async function story(visibility: string, final: Stage): Promise<{ room: string; sent: Map<Stage, string> }> {
    const state = { type: 'm.room.history_visibility', state_key: '', content: { history_visibility: visibility } };
    const room = await alice.createRoom({ preset: 'private_chat', initial_state: [state] });
    const moves: Record<Stage, () => Promise<unknown>> = {
      stranger: () => Promise.resolve(),
      invited: () => alice.invite(room, bob),
      joined: () => bob.join(room),
      left: () => bob.leave(room),
      back: async () => {
        await alice.invite(room, bob);
        await bob.join(room);
      },
      gone: () => alice.ban(room, bob),
    };
    const sent = new Map<Stage, string>();
    for (const stage of STAGES.slice(0, STAGES.indexOf(final) + 1)) {
      await moves[stage]();
      sent.set(stage, await alice.send(room, stage));
    }
    return { room, sent };
  }

  for (const [visibility, final, seen] of TABLE) {
    it(`${visibility}, to one who is ${final}`, async () => {
      const { room, sent } = await story(visibility, final);
      const expectedInTimeline = final === 'left' && visibility === 'world_readable' ? seen.slice(0, -1) : seen;
      expect(bodiesOf(await bob.messages(room)).toReversed(), '/messages').to.deep.equal(expectedInTimeline);
      const forwards = (await bob.request('GET', `${pathOf(room)}/messages?dir=f&limit=100`))['chunk'];
      expect(bodiesOf(forwards), '/messages forwards').to.deep.equal(expectedInTimeline);
      for (const [stage, eventId] of sent) {
        const [event, context] = [`${pathOf(room)}/event/${eventId}`, `${pathOf(room)}/context/${eventId}?limit=40`];
        if (seen.includes(stage)) {
          expect(await bob.request('GET', event)).to.have.property('event_id', eventId);
          const reply = await bob.request('GET', context);
          const around = [...bodiesOf(reply['events_before']), ...bodiesOf([reply['event']]), ...bodiesOf(reply['events_after'])];
          expect(around, `/context of ${stage}`).to.have.members(stage === 'left' ? seen : expectedInTimeline);
        } else {
          await expectError(bob.request('GET', event), 404, 'M_NOT_FOUND');
          await expectError(bob.request('GET', context), 404, 'M_NOT_FOUND');
        }
      }
    });
  }

  for (const [visibility, final] of SHUT_OUT) {
    it(`${visibility}: nothing to one who is ${final}`, async () => {
      const { room, sent } = await story(visibility, final);
      for (const road of ['messages?dir=b', 'state', 'state/m.room.create', 'members', 'joined_members']) {
        await expectError(bob.request('GET', `${pathOf(room)}/${road}`), 403, 'M_FORBIDDEN');
      }
      await expectError(bob.request('GET', `${pathOf(room, 'v1')}/threads`), 403, 'M_FORBIDDEN');
      await expectError(bob.request('GET', `${pathOf(room, 'v1')}/timestamp_to_event?ts=0&dir=f`), 403, 'M_FORBIDDEN');
      for (const eventId of sent.values()) {
        await expectError(bob.request('GET', `${pathOf(room)}/event/${eventId}`), 404, 'M_NOT_FOUND');
        await expectError(bob.request('GET', `${pathOf(room, 'v1')}/relations/${eventId}`), 404, 'M_NOT_FOUND');
      }
    });
  }

  it('answers for a room that does not exist as for one that is shut', async () => {
    const room = '!nothing:localhost';
    await expectError(bob.request('GET', `${pathOf(room)}/messages?dir=b`), 403, 'M_FORBIDDEN');
    await expectError(bob.request('GET', `${pathOf(room)}/state`), 403, 'M_FORBIDDEN');
    await expectError(bob.request('GET', `${pathOf(room)}/event/$x`), 404, 'M_NOT_FOUND');
  });

  it('does not find an event under the name of another room', async () => {
    const [one, other] = [await alice.createRoom({}), await alice.createRoom({})];
    const eventId = await alice.send(one, 'here');
    await expectError(alice.request('GET', `${pathOf(other)}/event/${eventId}`), 404, 'M_NOT_FOUND');
    await expectError(alice.request('GET', `${pathOf(other)}/context/${eventId}`), 404, 'M_NOT_FOUND');
    await expectError(alice.request('GET', `${pathOf(other, 'v1')}/relations/${eventId}`), 404, 'M_NOT_FOUND');
  });

  it('shows a room as it was to those who left, and nothing to those who forgot it', async () => {
    const { room } = await story('shared', 'joined');
    await alice.setState(room, 'm.room.topic', { topic: 'while Bob is in' });
    await bob.leave(room);
    await alice.setState(room, 'm.room.topic', { topic: 'behind his back' });
    const carol = await server.user('carol');
    await alice.invite(room, carol);
    expect(await bob.getState(room, 'm.room.topic')).to.deep.equal({ topic: 'while Bob is in' });
    const state = (await bob.request('GET', `${pathOf(room)}/state`)) as unknown as Record<string, Record<string, unknown>>[];
    expect(state.find((event) => event['type'] === ('m.room.topic' as unknown))?.['content']).to.deep.equal({ topic: 'while Bob is in' });
    const members = (await bob.request('GET', `${pathOf(room)}/members`))['chunk'] as Record<string, unknown>[];
    expect(members.map((member) => [member['state_key'], (member['content'] as Record<string, unknown>)['membership']])).to.have.deep.members([
      [alice.userId, 'join'],
      [bob.userId, 'leave'],
    ]);
    await bob.request('POST', `${pathOf(room)}/forget`, {});
    await expectError(bob.messages(room), 403, 'M_FORBIDDEN');
    await expectError(bob.getState(room, 'm.room.topic'), 403, 'M_FORBIDDEN');
  });

  it('lets anybody look into a world-readable room, guests too', async () => {
    const { room, sent } = await story('world_readable', 'stranger');
    const reply = (await server.request('POST', '/_matrix/client/v3/register?kind=guest', {})) as Record<string, string>;
    const asGuest = (path: string): Promise<Response> =>
      fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${reply['access_token'] ?? ''}` } });
    for (const road of ['messages?dir=b', 'state', 'state/m.room.create', 'members', `event/${sent.get('stranger') ?? ''}`]) {
      expect((await asGuest(`${pathOf(room)}/${road}`)).status, road).to.equal(200);
    }
    expect((await asGuest(`${pathOf(room)}/joined_members`)).status).to.equal(403);
  });

  it('shows what a shadow-banned user sends to nobody else, on no road', async () => {
    const banning = await boot({ modules: [{ module: ShadowBans }] });
    const [carol, ghost] = [await banning.user('carol'), await banning.user('ghost')];
    const room = await ghost.createRoom({ preset: 'public_chat' });
    await carol.join(room);
    const root = await carol.send(room, 'root');
    const hidden = await ghost.send(room, { msgtype: 'm.text', body: 'boo', 'm.relates_to': { rel_type: 'm.thread', event_id: root } });
    await carol.send(room, 'last');
    const roads = async (who: TestUser): Promise<unknown[]> => [
      bodiesOf(await who.messages(room)),
      bodiesOf((await who.request('GET', `${pathOf(room)}/context/${root}`))['events_after']),
      bodiesOf((await who.request('GET', `${pathOf(room, 'v1')}/relations/${root}`))['chunk']),
    ];
    expect(await roads(ghost)).to.deep.equal([['last', 'boo', 'root'], ['boo', 'last'], ['boo']]);
    expect(await roads(carol)).to.deep.equal([['last', 'root'], ['last'], []]);
    expect(await ghost.request('GET', `${pathOf(room)}/event/${hidden}`)).to.have.nested.property('content.body', 'boo');
    await expectError(carol.request('GET', `${pathOf(room)}/event/${hidden}`), 404, 'M_NOT_FOUND');
    await expectError(carol.request('GET', `${pathOf(room)}/context/${hidden}`), 404, 'M_NOT_FOUND');
    expect((await carol.request('GET', `${pathOf(room, 'v1')}/threads`))['chunk']).to.deep.equal([]);
    expect(await carol.request('GET', `${pathOf(room)}/event/${root}`)).to.not.have.nested.property('unsigned.m\\.relations');
    await banning.close();
  });

  it('leaves out the messages of ignored users, not their state', async () => {
    const { room } = await story('shared', 'joined');
    await bob.request('PUT', `/_matrix/client/v3/user/${bob.userId}/account_data/m.ignored_user_list`, { ignored_users: { [alice.userId]: {} } });
    await bob.send(room, 'mine');
    const seen = await bob.messages(room);
    expect(bodiesOf(seen)).to.deep.equal(['mine']);
    expect(seen.some((event) => event['type'] === 'm.room.create')).to.equal(true);
    await bob.request('PUT', `/_matrix/client/v3/user/${bob.userId}/account_data/m.ignored_user_list`, { ignored_users: {} });
  });
});
