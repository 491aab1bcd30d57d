import { expect } from 'chai';
import { boot, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { SqliteDatabase } from '../../src/store/drivers/sqlite.ts';
import { pathOf } from './room-reading.ts';
import { roadsWith, wholeView, type Scene } from './visibility/whole-view.ts';

/** A database whose commits are not safe on the disk yet. */
class SlowDisk extends SqliteDatabase {
  #reached: number | undefined;

  override get durablePosition(): number {
    return this.#reached ?? super.durablePosition;
  }
  halt(): void {
    this.#reached = super.durablePosition;
  }
  goOn(): void {
    this.#reached = undefined;
  }
}

/** They count and describe rooms as they lie in the database: nobody builds upon them. */
const SUMMARIES = ['/hierarchy', '/room_summary'];

describe('what is not durable yet', () => {
  const disk = new SlowDisk(':memory:');
  let server: TestServer;
  let alice: TestUser;
  let bob: TestUser;
  before(async () => {
    server = await boot({ database: disk });
    [alice, bob] = [await server.user('alice'), await server.user('bob')];
  });
  after(() => server.close());

  it('is told by no road, neither events nor state', async () => {
    const room = await alice.createRoom({ preset: 'public_chat', topic: 'sound' });
    await bob.join(room);
    const root = await alice.send(room, 'sound root');
    const { next_batch: since } = await bob.sync();
    const from = (await bob.request('GET', `${pathOf(room)}/messages?dir=b&limit=1`))['start'] as string;
    disk.halt();
    const related = (relType: string) => ({ 'm.relates_to': { rel_type: relType, event_id: root } });
    const text = { msgtype: 'm.text', body: 'unsound' };
    const eventIds = [
      await alice.send(room, text),
      await alice.send(room, { ...text, ...related('m.thread') }),
      await alice.send(room, { ...text, 'm.new_content': text, ...related('m.replace') }),
      await alice.sendEvent(room, 'org.example.vote', { ...text, ...related('m.reference') }),
      await alice.setState(room, 'm.room.topic', { topic: 'unsound' }),
      await alice.setState(room, 'm.room.member', { membership: 'join', displayname: 'unsound' }, alice.userId),
    ];
    const scene: Scene = { room, root, eventIds, term: 'unsound', since, from };
    const view = await wholeView(bob, scene);
    expect(roadsWith(view, 'unsound').filter((road) => !SUMMARIES.includes(road))).to.deep.equal([]);
    for (const eventId of eventIds) expect(roadsWith(view, eventId), eventId).to.deep.equal([]);
    expect(view.get('/messages that threads hang on')).to.have.deep.property('chunk', []);
    expect(await bob.getState(room, 'm.room.topic')).to.include({ topic: 'sound' });
    expect(roadsWith(view, 'sound').length, 'what is durable is told').to.be.greaterThan(10);
    disk.goOn();
    const roads = roadsWith(await wholeView(bob, scene), 'unsound');
    expect(roads).to.include.members([
      '/messages backwards',
      '/state',
      '/members',
      '/joined_members',
      '/sync, incremental',
      '/events',
      '/threads',
      '/event 0',
    ]);
    expect(await bob.getState(room, 'm.room.topic')).to.include({ topic: 'unsound' });
  });
});
