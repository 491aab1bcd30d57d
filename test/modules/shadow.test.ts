import { expect } from 'chai';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { moduleWith } from './module-with.ts';

describe('a module in shadow mode', () => {
  let server: TestServer, admin: TestUser, room: string;
  let think: () => void;
  beforeEach(async () => {
    const thinking = new Promise<void>((resolve) => (think = resolve));
    const module = moduleWith((api) =>
      api.registerThirdPartyRulesCallbacks({
        async check_event_allowed(event, state) {
          if (event.content['topic'] !== 'new') return true;
          await thinking;
          const all: unknown[] = [];
          for await (const [type, , each] of state) if (type === 'm.room.topic') all.push(each.content['topic']);
          const topic = await state.get('m.room.topic');
          return topic?.content['topic'] !== 'old' || all.join() !== 'old';
        },
      }),
    );
    server = await boot({ modules: [{ module, mode: 'shadow', name: 'shy' }] });
    admin = await server.user('root', { admin: true });
    room = await admin.createRoom({ topic: 'old' });
  });
  afterEach(() => server.close());

  it('holds nothing up, and judges an event by the state that it was made in, however late', async () => {
    const eventId = await admin.setState(room, 'm.room.topic', { topic: 'new' });
    await admin.setState(room, 'm.room.topic', { topic: 'newest' });
    think();
    await server.idle();
    const { decisions } = (await admin.request('GET', `/_plexus/admin/v1/decisions?event=${encodeURIComponent(eventId)}`)) as { decisions: Json[] };
    expect(decisions.map(({ module, outcome, shadow }) => [module, outcome, shadow])).to.deep.equal([['shy', 'refused', true]]);
    const { conclusions } = (await admin.request('GET', `/_plexus/admin/v1/requests/${String(decisions[0]?.['request'])}`)) as {
      conclusions: Json[];
    };
    expect(
      conclusions.map(({ outcome }) => outcome),
      'what came of it although the module was still thinking',
    ).to.deep.equal(['done']);
  });
});
