import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ConfigError, type ModuleApi } from '../../src/modules/public.ts';
import { boot, expectError, timelineOf, type TestServer, type TestUser } from '../../src/testing/index.ts';

/** Refuses messages with a word, and counts how many it was asked about. */
class Filter {
  static ended: string[] = [];
  #asked = 0;
  constructor(config: { word: string; slow?: boolean }, api: ModuleApi) {
    if (config.word === '') throw new ConfigError('must not be empty', ['word']);
    api.registerSpamCheckerCallbacks({
      check_event_for_spam: async ({ content }) => {
        this.#asked += 1;
        if (content['body'] === 'wait') await api.sleep(0.05);
        return content['body'] === config.word;
      },
    });
    api.registerWebResource('/_synapse/client/filter', {
      GET: (ctx) => {
        ctx.body = { word: config.word, asked: this.#asked };
      },
    });
    api.onHandover({ save: () => this.#asked, restore: (asked) => void (this.#asked = Number(asked)) });
    api.onDispose(() => Filter.ended.push(config.word));
  }
}

const filter = (word: string): object => ({ module: Filter, name: 'filter', config: { word } });
const page = (server: TestServer): Promise<unknown> => server.request('GET', '/_synapse/client/filter');

describe('exchanging modules while the server runs', () => {
  let server: TestServer, alice: TestUser, room: string;
  beforeEach(async () => {
    Filter.ended = [];
    server = await boot({ modules: [filter('one')] });
    alice = await server.user('alice');
    room = await alice.createRoom();
  });
  afterEach(() => server.close());

  it('gives a module another configuration, and hands over what it has in memory', async () => {
    await expectError(alice.send(room, 'one'), 403);
    const { asked } = (await page(server)) as { asked: number };
    expect(await server.exchangeModules([filter('two')])).to.deep.equal({ kept: [], started: ['filter'], ended: ['filter'] });
    expect(await page(server)).to.deep.equal({ word: 'two', asked });
    await alice.send(room, 'one');
    await expectError(alice.send(room, 'two'), 403);
    expect(Filter.ended).to.deep.equal(['one']);
  });

  it('lets what is the same go on', async () => {
    expect(await server.exchangeModules([filter('one')])).to.deep.equal({ kept: ['filter'], started: [], ended: [] });
    expect(Filter.ended).to.be.empty;
  });

  it('adds and removes', async () => {
    const second = { module: Filter, name: 'second', config: { word: 'two' } };
    expect(await server.exchangeModules([filter('one'), second])).to.deep.equal({ kept: ['filter'], started: ['second'], ended: [] });
    await expectError(alice.send(room, 'two'), 403);
    await server.exchangeModules([]);
    await alice.send(room, 'one');
    await expectError(page(server), 404, 'M_UNRECOGNIZED');
  });

  it('reads the configuration of none that stays, and numbers those of one name as at a start', async () => {
    const read: number[] = [];
    class Counted {
      static parseConfig({ number }: { number: number }): void {
        read.push(number);
      }
    }
    const counted = (number: number): object => ({ module: Counted, config: { number } });
    await server.exchangeModules([counted(1), counted(2)]);
    expect(await server.exchangeModules([counted(1), counted(2), counted(3)])).to.deep.include({
      kept: ['Counted', 'Counted-2'],
      started: ['Counted-3'],
    });
    expect(read).to.deep.equal([1, 2, 3]);
    expect(await server.exchangeModules([counted(2), counted(3)])).to.deep.include({ kept: [], started: ['Counted', 'Counted-2'] });
  });

  it('leaves everything as it is when one of them cannot start', async () => {
    const refusal = await server.exchangeModules([filter('two'), { module: Filter, name: 'broken', config: { word: '' } }]).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(refusal).to.contain('modules[1].config.word').and.contain('must not be empty');
    await expectError(alice.send(room, 'one'), 403);
    await alice.send(room, 'two');
  });

  it('ends no long poll, and loses nothing that is on its way', async () => {
    const { next_batch: since } = await alice.sync();
    const poll = alice.sync({ since, timeout: '20000' });
    const sending = alice.send(room, 'wait');
    await server.exchangeModules([filter('two')]);
    const eventId = await sending;
    expect(timelineOf(await poll, room).map(({ event_id: id }) => id)).to.deep.equal([eventId]);
  });

  it('goes on a thousand times under load without losing an event or growing', async function () {
    this.timeout(60_000);
    const sent: string[] = [];
    // What waits to be collected is no growth.
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heap = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const load = { goesOn: true };
    const sender = (async () => {
      while (load.goesOn) sent.push(await alice.send(room, `message ${sent.length}`));
    })();
    const exchanges = async (times: number): Promise<void> => {
      for (let turn = 0; turn < times; turn++) await server.exchangeModules([filter(turn % 2 === 0 ? 'two' : 'three')]);
    };
    await exchanges(200);
    const before = heap();
    await exchanges(800);
    load.goesOn = false;
    await sender;
    const newest = (await alice.messages(room, 100)).filter(({ type }) => type === 'm.room.message').map(({ event_id: id }) => id);
    expect(newest).to.deep.equal(sent.toReversed().slice(0, newest.length));
    expect(((await page(server)) as { asked: number }).asked).to.be.at.least(sent.length);
    expect(Filter.ended).to.have.length(1000);
    expect(heap() - before, 'bytes of heap').to.be.below(32 * 1024 * 1024);
  });

  describe('with files', () => {
    let folder: string;
    beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'plexus-exchange-'))));
    afterEach(() => rmSync(folder, { recursive: true }));

    it('takes up changed code, of what a module imports as well', async () => {
      writeFileSync(join(folder, 'words.ts'), `export const word: string = 'first';`);
      writeFileSync(
        join(folder, 'policy.ts'),
        `import { word } from './words.ts';
        export default class Policy {
          constructor(config, api) {
            api.registerSpamCheckerCallbacks({ check_event_for_spam: ({ content }) => content.body === word });
          }
        }`,
      );
      const modules = [{ module: join(folder, 'policy.ts') }];
      await server.exchangeModules(modules);
      await expectError(alice.send(room, 'first'), 403);
      expect((await server.exchangeModules(modules)).kept).to.deep.equal(['policy']);
      writeFileSync(join(folder, 'words.ts'), `export const word: string = 'second';`);
      expect((await server.exchangeModules(modules)).started).to.deep.equal(['policy']);
      await alice.send(room, 'first');
      await expectError(alice.send(room, 'second'), 403);
      writeFileSync(join(folder, 'words.ts'), `export const word: = 'third';`);
      const refusal = await server.exchangeModules(modules).catch((error: Error) => error.message);
      expect(refusal).to.contain('words.ts');
      await expectError(alice.send(room, 'second'), 403);
    });
  });
});
