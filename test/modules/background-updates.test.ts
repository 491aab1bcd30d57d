import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackgroundUpdateControllerCallbacks, ModuleApi } from '../../src/modules/public.ts';
import { boot, type BootOptions, type TestServer, type TestUser } from '../../src/testing/index.ts';
import { moduleWith } from './module-with.ts';

/** How long each member of a room takes to leave (ms). */
const A_LEAVE = 10;

describe('the controller of background work', () => {
  /** What was asked, done and told, in order. */
  let seen: string[];
  let server: TestServer;
  let admin: TestUser;
  let room: string;
  beforeEach(() => (seen = []));
  afterEach(() => server.close());

  const callbacks: BackgroundUpdateControllerCallbacks = {
    async *on_update(name, database, oneShot) {
      seen.push(`leave for ${name} in ${database}${oneShot ? ' at once' : ''}`);
      yield 50;
      seen.push('over');
    },
  };
  const controller = (given: BackgroundUpdateControllerCallbacks, more: object = {}): object => ({
    module: moduleWith((api: ModuleApi) => api.registerBackgroundUpdateControllerCallbacks(given)),
    name: 'controller',
    ...more,
  });
  /** Says who leaves, and takes its time for it. */
  const leaves = {
    name: 'leaves',
    module: moduleWith((api) =>
      api.registerThirdPartyRulesCallbacks({
        async check_event_allowed(event) {
          if (event.membership !== 'leave') return true;
          seen.push('left');
          await server.advance(A_LEAVE);
          return true;
        },
      }),
    ),
  };

  async function started(modules: readonly object[], members: number, options: BootOptions = {}): Promise<void> {
    server = await boot({ clock: 'fake', modules: [...modules, leaves], ...options });
    admin = await server.user('admin', { admin: true });
    room = await admin.createRoom({ preset: 'public_chat' });
    for (let index = 1; index < members; index++) await (await server.user(`user${index}`)).join(room);
  }
  const remove = (purge = false): Promise<unknown> => admin.request('DELETE', `/_synapse/admin/v2/rooms/${encodeURIComponent(room)}`, { purge });
  const status = async (): Promise<unknown> => {
    const { results } = (await admin.request('GET', `/_synapse/admin/v2/rooms/${encodeURIComponent(room)}/delete_status`)) as {
      results: { status: string }[];
    };
    return results[0]?.status;
  };
  /** How many left in each portion. */
  const portions = (): readonly number[] =>
    seen
      .join(' ')
      .split('leave for')
      .slice(1)
      .map((portion) => portion.split('left').length - 1);

  it('is asked before each portion, and told after it', async () => {
    await started([controller({ ...callbacks, default_batch_size: () => 2 })], 3);
    await remove(true);
    await server.idle();
    expect(await status()).to.equal('complete');
    expect(seen.slice(0, 6)).to.deep.equal([
      'leave for evict_room_members in main',
      'left',
      'left',
      'over',
      'leave for evict_room_members in main',
      'left',
    ]);
    expect(seen.filter((what) => what === 'leave for purge_room in main').length).to.be.greaterThan(3);
    expect(seen.at(-1)).to.equal('over');
  });

  it('says how much is done first; then it is what a member takes, and at least what it says', async () => {
    const asked: string[] = [];
    const sizes = { default_batch_size: (name: string) => asked.push(name) + 1, min_batch_size: () => 3 };
    await started([controller({ on_update: async () => 50, ...sizes, min_batch_size: () => 1 })], 12);
    await remove();
    await server.idle();
    expect(asked).to.deep.equal(['evict_room_members']);
    expect(seen).to.have.length(12);
    await server.exchangeModules([controller({ ...callbacks, ...sizes }), leaves]);
    [seen, room] = [[], await admin.createRoom({ preset: 'public_chat' })];
    for (let index = 20; index < 29; index++) await (await server.user(`user${index}`)).join(room);
    await remove();
    await server.idle();
    expect(portions()).to.deep.equal([5, 5]);
    await server.exchangeModules([controller({ ...callbacks, min_batch_size: () => 7 }), leaves]);
    [seen, room] = [[], await admin.createRoom({ preset: 'public_chat' })];
    for (let index = 30; index < 39; index++) await (await server.user(`user${index}`)).join(room);
    await remove();
    await server.idle();
    expect(portions()).to.deep.equal([7, 3]);
  });

  it('is asked about the decision trail, when something in it is too old', async () => {
    const refuse = {
      name: 'refuse',
      module: moduleWith((api) => api.registerSpamCheckerCallbacks({ user_may_create_room: (user) => !user.includes('bob') })),
    };
    await started([controller(callbacks), refuse], 1);
    const bob = await server.user('bob');
    await bob.createRoom().catch(() => undefined);
    await server.idle();
    expect(seen).to.deep.equal([]);
    await server.advance(366 * 86_400_000);
    await server.idle();
    expect(seen).to.include('leave for prune_decisions in main');
  });

  it('may hold the work up; nothing else waits, not even the end of the server', async () => {
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const holding = controller({
      async *on_update() {
        asked();
        await new Promise(() => undefined);
        yield 1;
      },
    });
    await started([holding], 3);
    await remove(true);
    await isAsked;
    await admin.send(await admin.createRoom(), 'meanwhile');
    expect(await status()).to.equal('active');
    const [database, began] = [server.databaseImage(), performance.now()];
    await server.close();
    expect(performance.now() - began).to.be.lessThan(1_500);
    server = await boot({ clock: 'fake', modules: [leaves], database });
    await server.idle();
    expect(seen).to.deep.equal(['left', 'left', 'left']);
  });

  it('may be exchanged while it holds the work up', async () => {
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    await started(
      [
        controller({
          on_update() {
            asked();
            return new Promise<number>(() => undefined);
          },
        }),
      ],
      2,
    );
    await remove();
    await isAsked;
    const began = performance.now();
    await server.exchangeModules([controller(callbacks), leaves]);
    expect(performance.now() - began).to.be.lessThan(1_500);
    await server.idle();
    expect(seen).to.deep.equal(['leave for evict_room_members in main', 'left', 'left', 'over']);
  });

  it('that comes first is the only one, and others are told so', async () => {
    const second = controller({ on_update: () => Promise.reject(new Error('asked')), default_batch_size: () => 1 }, { name: 'second' });
    await started([controller({ min_batch_size: () => 1 }), second], 3, { record: true });
    await remove();
    await server.idle();
    expect(seen).to.deep.equal(['left', 'left', 'left']);
    expect(server.logged.map(({ text }) => text)).to.include('second is not asked about background work: controller comes first');
    expect(server.decisions).to.deep.equal([]);
  });

  const failures: [string, BackgroundUpdateControllerCallbacks][] = [
    ['throws', { on_update: () => Promise.reject(new Error('no leave')) }],
    ['gives no time', { on_update: () => -1 }],
    ['yields nothing', { async *on_update() {} }],
    ['gives no size', { on_update: () => 10, default_batch_size: () => Number.NaN }],
  ];
  for (const [what, given] of failures) {
    it(`holds nothing up when it ${what}`, async () => {
      await started([controller(given)], 3);
      await remove();
      await server.idle();
      expect(seen).to.deep.equal(['left', 'left', 'left']);
      expect(server.decisions.map(({ outcome, callback }) => `${callback} ${outcome}`)).to.include(`${Object.keys(given).at(-1)} failed`);
    });
  }

  it('harms nothing when it fails after a portion, or does not end', async () => {
    await started(
      [
        controller({
          async *on_update(name) {
            yield 10;
            if (name === 'evict_room_members') throw new Error('after it');
            yield 20;
            seen.push('never');
          },
        }),
      ],
      2,
      { record: true },
    );
    await remove(true);
    await server.idle();
    expect(await status()).to.equal('complete');
    expect(seen).to.deep.equal(['left', 'left']);
    expect(server.logged.map(({ text }) => text)).to.include('on_update failed after a portion');
  });

  it('cannot run in shadow mode', async () => {
    await started([], 1);
    const failed = await server.exchangeModules([controller(callbacks, { mode: 'shadow' })]).catch((error: Error) => error.message);
    expect(failed).to.match(/background update controller.*shadow mode/);
  });

  it('may have a thread of its own', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plexus-controller-'));
    const module = join(folder, 'controller.mjs');
    writeFileSync(
      module,
      `export default class { constructor(_, api) {
        const seen = [];
        api.registerBackgroundUpdateControllerCallbacks({ async *on_update(name) { seen.push(name); yield 50; seen.push('over'); }, default_batch_size: () => 1 });
        api.registerWebResource('/_synapse/client/seen', { GET(ctx) { ctx.body = { seen }; } });
      } }`,
    );
    await started([{ module, isolation: 'worker' }], 2);
    await remove();
    await server.idle();
    const all = ['evict_room_members', 'over'];
    expect(await server.request('GET', '/_synapse/client/seen')).to.deep.equal({ seen: [...all, ...all] });
    rmSync(folder, { recursive: true });
  });
});
