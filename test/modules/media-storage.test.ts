import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteDatabase } from '../../src/store/drivers/sqlite.ts';
import { makeFit } from '../../src/store/restored.ts';
import { boot, expectError, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { isDown, MemoryStorage } from '../support/memory-storage.ts';
import { moduleWith } from './module-with.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
/** For how long something on its way may stand still. */
const PATIENCE = 30_000;
const hashOf = (content: string): string => createHash('sha256').update(content).digest('hex');
const keyOf = (content: string): string => `${hashOf(content).slice(0, 2)}/${hashOf(content).slice(2, 4)}/${hashOf(content)}`;

describe('media storages of modules', () => {
  let folder: string;
  let storage: MemoryStorage;
  let server: TestServer;
  let alice: TestUser;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plexus-media-storage-'));
    storage = new MemoryStorage();
  });
  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const modulesOf = (...storages: readonly MemoryStorage[]): Json[] => storages.map(({ module }) => ({ module }));
  const start = async (media: Json = {}, modules: readonly Json[] = modulesOf(storage)): Promise<void> => {
    server = await boot({ clock: 'fake', database: join(folder, 'plexus.db'), modules, config: { media: { ...media } } });
    alice = await server.register('alice');
    await server.idle();
  };
  const restart = async (modules: readonly Json[] = modulesOf(storage), meanwhile?: (database: SqliteDatabase) => Promise<void>): Promise<void> => {
    await server.close();
    const database = new SqliteDatabase(join(folder, 'plexus.db'));
    await meanwhile?.(database);
    await database.close();
    server = await boot({ clock: 'fake', database: join(folder, 'plexus.db'), modules });
    alice = await server.login({ user: 'alice', password: 'secret' });
    await server.idle();
  };
  const advance = async (ms: number): Promise<void> => {
    await server.advance(ms);
    await server.idle();
  };
  const uploaded = async (content: string): Promise<string> => {
    const uri = await alice.upload(content);
    await server.idle();
    return uri;
  };
  const textOf = async (uri: string): Promise<string> => Buffer.from((await alice.download(uri)).content).toString();
  const localFiles = (): string[] =>
    readdirSync(join(folder, 'media'), { recursive: true, withFileTypes: true }).flatMap((found) => (found.isFile() ? [found.name] : []));
  const isLocal = (content: string): boolean => localFiles().includes(hashOf(content));
  const loseLocalFiles = (): void => rmSync(join(folder, 'media/files'), { recursive: true });
  const remove = async (uri: string): Promise<unknown> => {
    const admin = await server.user('admin', { admin: true });
    return admin.request('DELETE', `/_synapse/admin/v1/media/${uri.slice('mxc://'.length)}`);
  };
  const failures = (): string[] => server.decisions.filter(({ outcome }) => outcome === 'failed').map(({ callback }) => callback);

  describe('are modules', () => {
    it('that have all callbacks or none, and are no shadows', async () => {
      const half = moduleWith((api) => api.registerMediaStorageCallbacks({ get_media_storage_id: () => 'half' }));
      const error = await boot({ modules: [{ module: half }] }).catch((reason: unknown) => reason);
      expect(String(error)).to.contain('lacks has_media_file, store_media_file, fetch_media_file, delete_media_file');
      const shadow = await boot({ modules: [{ module: storage.module, mode: 'shadow' }] }).catch((reason: unknown) => reason);
      expect(String(shadow)).to.contain('cannot run in shadow mode');
      await start();
    });

    it('without which nothing is noted, and files are deleted all the same', async () => {
      await start({}, []);
      const uri = await uploaded('hello');
      expect(await remove(uri)).to.deep.equal({ deleted_media: [uri.split('/').at(-1)], total: 1 });
      await server.idle();
      expect(localFiles()).to.deep.equal([]);
      await expectError(alice.download(uri), 404, 'M_NOT_FOUND');
    });
  });

  describe('get files', () => {
    it('once, by the names that they have here', async () => {
      await start();
      await uploaded('hello');
      await uploaded('hello');
      expect([...storage.files.keys()]).to.deep.equal([keyOf('hello')]);
      expect(storage.count('store')).to.equal(1);
      expect(server.decisions).to.deep.equal([]);
    });

    it('again, when they said that they took one but do not have it', async () => {
      await start();
      storage.instead.store_media_file = () => true;
      await uploaded('hello');
      storage.instead = {};
      await advance(MINUTE);
      expect(storage.files.get(keyOf('hello'))?.toString()).to.equal('hello');
    });

    it('again, less and less often as long as they fail', async () => {
      await start();
      storage.instead.store_media_file = isDown;
      await uploaded('hello');
      for (const [wait, trials] of [
        [1, 2],
        [1, 2],
        [1, 3],
        [3, 3],
        [1, 4],
      ] as const) {
        await advance(wait * MINUTE);
        expect(storage.count('store'), `after ${wait} more minutes`).to.equal(trials);
      }
      expect(new Set(failures())).to.deep.equal(new Set(['store_media_file']));
      storage.instead = {};
      await restart();
      expect(storage.count('store'), 'the time to wait outlives a restart').to.equal(4);
      await advance(60 * MINUTE);
      expect(storage.files.size).to.equal(1);
    });

    it('for as long as it takes, if only they move', async () => {
      await start();
      const rests = new EventEmitter();
      storage.instead.store_media_file = async (name, file) => {
        for (let move = 0; move < 3; move++) {
          await file.writeChunksTo(() => undefined);
          const rested = new Promise<void>((resolve) => server.clock.after(PATIENCE - 1, resolve));
          rests.emit('rest');
          await rested;
        }
        storage.files.set(name.key, Buffer.from('hello'));
        return true;
      };
      let resting = once(rests, 'rest');
      const uploading = uploaded('hello');
      for (let move = 0; move < 3; move++) {
        await resting;
        resting = once(rests, 'rest');
        await server.advance(PATIENCE - 1);
      }
      await uploading;
      expect([failures(), storage.files.size]).to.deep.equal([[], 1]);
    });

    it('that were there before them, in pages', async () => {
      await start({}, []);
      const contents = Array.from({ length: 120 }, (_, index) => `file ${index}`);
      await Promise.all(contents.map((content) => alice.upload(content)));
      await server.exchangeModules(modulesOf(storage));
      await server.idle();
      expect([...storage.files.keys()].toSorted()).to.deep.equal(contents.map(keyOf).toSorted());
      const asked = storage.asked.length;
      await restart();
      expect(storage.asked, 'they are not asked again').to.have.length(asked);
    });

    it('before an upload is answered, where that is wanted', async () => {
      await start({ storage: { synchronous: true }, upload_limits: [{ period: '1h', max_size: 20 }] });
      const uri = await alice.upload('hello');
      expect(storage.files.size).to.equal(1);
      expect(await textOf(uri)).to.equal('hello');
      storage.instead.store_media_file = isDown;
      await expectError(alice.upload('another'), 502, 'M_UNKNOWN');
      expect([localFiles(), storage.files.size]).to.deep.equal([[hashOf('hello')], 1]);
      storage.instead = {};
      const both = await Promise.allSettled([alice.upload('ten letters'), alice.upload('and eleven')]);
      expect(both.filter(({ status }) => status === 'fulfilled')).to.have.length(1);
      await server.idle();
      expect([localFiles().length, storage.files.size]).to.deep.equal([2, 2]);
      expect(storage.count('store')).to.equal(4);
    });
  });

  describe('give files', () => {
    it('that are whole, or else the next one does', async () => {
      const second = new MemoryStorage('second');
      await start({}, modulesOf(storage, second));
      const uri = await uploaded('hello');
      expect([storage.files.size, second.files.size]).to.deep.equal([1, 1]);
      for (const wrong of ['hallo', 'hell', 'hello, world', undefined]) {
        loseLocalFiles();
        storage.files.clear();
        if (wrong !== undefined) storage.files.set(keyOf('hello'), Buffer.from(wrong));
        expect(await textOf(uri), wrong).to.equal('hello');
      }
      expect(failures()).to.deep.equal(Array.from({ length: 3 }, () => 'fetch_media_file'));
      loseLocalFiles();
      second.instead.fetch_media_file = isDown;
      await expectError(alice.download(uri), 502, 'M_UNKNOWN');
      second.instead = {};
      second.files.clear();
      await expectError(alice.download(uri), 502, 'M_UNKNOWN');
      expect(localFiles()).to.deep.equal([]);
    });

    it('once to all who want one at the same time', async () => {
      await start();
      const uri = await uploaded('hello');
      loseLocalFiles();
      expect(await Promise.all([textOf(uri), textOf(uri), textOf(uri)])).to.deep.equal(['hello', 'hello', 'hello']);
      expect(storage.count('fetch')).to.equal(1);
    });

    it('within a time in which something moves', async () => {
      await start();
      const uri = await uploaded('hello');
      loseLocalFiles();
      let begun = (): void => undefined;
      const begins = new Promise<void>((resolve) => (begun = resolve));
      let late: Promise<unknown> | undefined;
      storage.instead.fetch_media_file = async (_name, write) => {
        await write(Buffer.from('he'));
        begun();
        await new Promise<void>((resolve) => server.clock.after(3 * PATIENCE, resolve));
        late = write(Buffer.from('llo')).catch((error: unknown) => error);
        return true;
      };
      const reply = expectError(alice.download(uri), 502, 'M_UNKNOWN');
      await begins;
      await server.advance(2 * PATIENCE);
      await reply;
      await server.advance(2 * PATIENCE);
      expect(String(await late)).to.contain('too late');
      expect(localFiles()).to.deep.equal([]);
    });
  });

  describe('let the server do without its own copies', () => {
    it('of what nobody has needed for long', async () => {
      await start({ storage: { local_max_age: '7d' } });
      const [old, used] = [await uploaded('old'), await uploaded('used')];
      await advance(4 * DAY);
      expect(await textOf(used)).to.equal('used');
      await advance(4 * DAY);
      expect([isLocal('old'), isLocal('used')]).to.deep.equal([false, true]);
      expect(await textOf(old)).to.equal('old');
      expect(isLocal('old')).to.equal(true);
      await advance(8 * DAY);
      expect([localFiles(), storage.files.size]).to.deep.equal([[], 2]);
      await restart();
      expect([await textOf(old), await textOf(used)]).to.deep.equal(['old', 'used']);
    });

    it('where they are too many, of those first that were not needed for longest', async () => {
      await start({ storage: { local_max_size: 12 } });
      const first = await uploaded('first');
      await advance(MINUTE);
      await uploaded('second');
      await advance(MINUTE);
      await textOf(first);
      await advance(10 * MINUTE);
      expect([isLocal('first'), isLocal('second')]).to.deep.equal([true, true]);
      await uploaded('third');
      await advance(10 * MINUTE);
      expect([isLocal('first'), isLocal('second'), isLocal('third')]).to.deep.equal([true, false, true]);
    });

    it('never before they have them', async () => {
      await start({ storage: { local_max_age: '1d', local_max_size: 0 } });
      storage.instead.store_media_file = isDown;
      await uploaded('hello');
      await advance(3 * DAY);
      expect([isLocal('hello'), storage.files.size]).to.deep.equal([true, 0]);
      storage.instead = {};
      await advance(2 * DAY);
      expect([isLocal('hello'), storage.files.size]).to.deep.equal([false, 1]);
    });

    it('never when they have lost them, or do not answer', async () => {
      await start({ storage: { local_max_age: '1d' } });
      const uri = await uploaded('hello');
      storage.instead.has_media_file = isDown;
      await advance(2 * DAY);
      expect(isLocal('hello')).to.equal(true);
      storage.instead = { store_media_file: isDown };
      storage.files.clear();
      await advance(DAY);
      expect(isLocal('hello')).to.equal(true);
      storage.instead = {};
      await advance(DAY);
      expect(storage.files.size, 'it is copied once more').to.equal(1);
      await advance(DAY);
      expect(isLocal('hello')).to.equal(false);
      expect(await textOf(uri)).to.equal('hello');
    });

    it('and stay whole when the same is uploaded again', async () => {
      await start({ storage: { local_max_age: '1d' } });
      const uri = await uploaded('hello');
      await advance(2 * DAY);
      expect(isLocal('hello')).to.equal(false);
      await uploaded('hello');
      expect([isLocal('hello'), storage.count('store')]).to.deep.equal([true, 1]);
      await remove(uri);
      await server.idle();
      expect([isLocal('hello'), storage.files.size]).to.deep.equal([true, 1]);
    });
  });

  describe('come and go', () => {
    it('and all files are in each of them', async () => {
      await start({ storage: { local_max_age: '1d' } });
      const uri = await uploaded('hello');
      await advance(2 * DAY);
      expect(localFiles()).to.deep.equal([]);
      const second = new MemoryStorage('second');
      await server.exchangeModules(modulesOf(storage, second));
      await server.idle();
      expect([storage.files.size, second.files.size]).to.deep.equal([1, 1]);
      await server.exchangeModules(modulesOf(second));
      await server.idle();
      storage.files.clear();
      await advance(2 * DAY);
      expect([localFiles(), await textOf(uri)]).to.deep.equal([[], 'hello']);
    });

    it('and what they have waits for them', async () => {
      await start({ storage: { local_max_age: '1d' } });
      const [kept, gone] = [await uploaded('kept'), await uploaded('gone')];
      await advance(2 * DAY);
      await server.exchangeModules([]);
      await server.idle();
      await expectError(alice.download(kept), 502, 'M_UNKNOWN');
      await remove(gone);
      await uploaded('between');
      await advance(DAY);
      expect(storage.files.size).to.equal(2);
      await server.exchangeModules(modulesOf(storage));
      await server.idle();
      expect([...storage.files.values()].map(String).toSorted()).to.deep.equal(['between', 'kept']);
      expect(await textOf(kept)).to.equal('kept');
    });

    it('and are looked through once more when a backup was restored', async () => {
      await start();
      await uploaded('hello');
      storage.files.clear();
      await restart();
      expect(storage.files.size).to.equal(0);
      await restart(modulesOf(storage), (database) => database.write(makeFit));
      expect(storage.files.size).to.equal(1);
    });

    it('and files that are deleted here are deleted there', async () => {
      await start();
      const uri = await uploaded('hello');
      storage.instead.delete_media_file = isDown;
      await remove(uri);
      await server.idle();
      expect([localFiles(), storage.files.size]).to.deep.equal([[], 1]);
      storage.instead = {};
      await advance(MINUTE);
      expect(storage.files.size).to.equal(0);
    });
  });
});
