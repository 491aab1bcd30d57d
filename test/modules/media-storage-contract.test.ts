import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MediaStorageCallbacks } from '../../src/modules/public.ts';
import { moduleContract } from '../../src/testing/index.ts';
import SecondFolder from './examples/second-folder.ts';
import { moduleWith } from './module-with.ts';

/** A storage in memory. @param faults what it does otherwise than it should, made of what it keeps by key */
const storage = (faults: (files: Map<string, Buffer>) => MediaStorageCallbacks = () => ({})): object =>
  moduleWith((api) => {
    const files = new Map<string, Buffer>();
    api.registerMediaStorageCallbacks({
      get_media_storage_id: () => 'memory',
      has_media_file: ({ key, size }) => files.get(key)?.length === size,
      async store_media_file({ key }, file) {
        const pieces: Uint8Array[] = [];
        await file.writeChunksTo((piece) => pieces.push(piece));
        files.set(key, Buffer.concat(pieces));
        return true;
      },
      async fetch_media_file({ key }, write) {
        const bytes = files.get(key);
        if (bytes === undefined) return false;
        for (let from = 0; from < bytes.length; from += 10_000) await write(bytes.subarray(from, from + 10_000));
        return true;
      },
      delete_media_file({ key }) {
        files.delete(key);
        return true;
      },
      ...faults(files),
    });
  });

describe('the contract of storages for media', function () {
  this.timeout(60_000);
  /** What the module does otherwise than it promises. */
  const told = async (module: object, options = {}): Promise<readonly string[]> => {
    const check = moduleContract(module, options).find(({ name }) => name.includes('storage for media'));
    try {
      await check?.run();
      return [];
    } catch (error) {
      return (error as Error).message.split('\n');
    }
  };

  it('is kept by storages in memory and in a folder', async () => {
    expect(await told(storage())).to.deep.equal([]);
    const folder = mkdtempSync(join(tmpdir(), 'plexus-storage-'));
    expect(await told(SecondFolder, { config: { folder } })).to.deep.equal([]);
    rmSync(folder, { recursive: true });
  });

  const cases: Readonly<Record<string, readonly [(files: Map<string, Buffer>) => MediaStorageCallbacks, RegExp]>> = {
    'has another id each time': [
      () => ({ get_media_storage_id: () => `memory ${performance.now()}` }),
      /^get_media_storage_id failed: answered memory .*, and nothing has changed/,
    ],
    'does not look at the size of what it has': [
      (files) => ({ has_media_file: ({ key }) => files.has(key) }),
      /^has_media_file failed: answered true, but what is there has another size \(asked: \{"key":"/,
    ],
    'forgets what it has taken': [() => ({ store_media_file: () => true }), /^has_media_file failed: answered false, but the file was stored/],
    'never takes anything': [() => ({ store_media_file: () => false }), /^store_media_file failed: answered false, but nothing keeps it from taking/],
    'gives other bytes': [
      (files) => ({
        async fetch_media_file({ key }, write) {
          if (!files.has(key)) return false;
          await write(Buffer.from('other'));
          return true;
        },
      }),
      /^fetch_media_file failed: gave other bytes/,
    ],
    'does not wait until a piece is written': [
      (files) => ({
        async fetch_media_file({ key }, write) {
          const bytes = files.get(key);
          if (bytes === undefined) return false;
          const half = Math.ceil(bytes.length / 2);
          await Promise.all([write(bytes.subarray(0, half)), write(bytes.subarray(half))]);
          return true;
        },
      }),
      /^fetch_media_file failed: wrote a piece while the one before it was being written/,
    ],
    'does not care whether a piece could be written': [
      (files) => ({
        async fetch_media_file({ key }, write) {
          const bytes = files.get(key);
          if (bytes !== undefined) await write(bytes).catch(() => undefined);
          return bytes !== undefined;
        },
      }),
      /^fetch_media_file failed: answered true, but a piece could not be written/,
    ],
    'fails where there is nothing': [
      (files) => ({
        delete_media_file({ key }) {
          if (!files.delete(key)) throw new Error('no such file');
          return true;
        },
      }),
      /^delete_media_file failed: no such file/,
    ],
    'keeps halves': [
      (files) => ({
        has_media_file: ({ key, size }) => files.get(key)?.length === size || files.get(key)?.length === 65_536,
        async store_media_file({ key }, file) {
          for await (const piece of file.stream()) files.set(key, Buffer.concat([files.get(key) ?? Buffer.alloc(0), piece]));
          if (file.size === 0) files.set(key, Buffer.alloc(0));
          return true;
        },
      }),
      /^has_media_file failed: answered true, but only half of the file could be read/m,
    ],
  };
  for (const [fault, [faults, problem]] of Object.entries(cases)) {
    it(`is broken by one that ${fault}`, async () => {
      expect((await told(storage(faults))).join('\n')).to.match(problem);
    });
  }

  it('says nothing of what may fail', async () => {
    expect(await told(storage(cases['never takes anything']?.[0]), { mayFail: ['store_media_file'] })).to.deep.equal([]);
  });
});
