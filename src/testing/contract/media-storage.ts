import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { mediaFileKey } from '../../core/media-file-key.ts';
import type { CallbackName } from '../../kernel/questions.ts';
import type { FileTarget, FileWrapper, MediaFileName } from '../../kernel/question-values.ts';
import { build } from '../build.ts';
import type { HookAnswer, HookArgs, TestServer } from '../test-server.ts';
import { answerTo, callbacksOf, shown, type Mishap } from './rehearsal.ts';

/** A byte, nothing, and more than is read or written at once. */
const CONTENTS = ['x', '', 'many pieces '.repeat(20_000)];
const PIECE = 65_536;

interface Sample {
  readonly name: MediaFileName;
  readonly bytes: Buffer;
  readonly file: FileWrapper;
}

/** Asks a storage for media, where the module is one, what the server asks, in its order. @returns what it does otherwise than it promises */
export async function storageMishaps(server: TestServer): Promise<readonly Mishap[]> {
  if (!callbacksOf(server).has('store_media_file')) return [];
  const storage = new Storage(server);
  await storage.hasOneId();
  for (const sample of CONTENTS.map(sampleOf)) {
    await storage.lacks(sample);
    // What follows is about a file that it has taken.
    if (!(await storage.takes(sample))) break;
    await storage.takes(sample);
    await storage.letsGoOf(sample);
  }
  await storage.takesNoHalves(sampleOf('half of this '.repeat(PIECE)));
  return storage.mishaps;
}

/** What a storage has said, and what of it is wrong. */
class Storage {
  readonly mishaps: Mishap[] = [];
  readonly #server: TestServer;

  constructor(server: TestServer) {
    this.#server = server;
  }

  async hasOneId(): Promise<void> {
    const [one, other] = [await this.#answer('get_media_storage_id', []), await this.#answer('get_media_storage_id', [])];
    if (!isDeepStrictEqual(one, other))
      this.#note('get_media_storage_id', [], `answered ${String(one)}, then ${String(other)}, and nothing has changed`);
  }

  async lacks({ name, bytes }: Sample): Promise<void> {
    await this.#expect('has_media_file', [name], false, 'the file is not there');
    await this.#expect('fetch_media_file', [name, targetFor(bytes)], false, 'the file is not there');
    await this.#expect('delete_media_file', [name], true, 'there is nothing left to delete');
  }

  /** @returns whether it did */
  async takes({ name, file, bytes }: Sample): Promise<boolean> {
    if (!(await this.#expect('store_media_file', [name, file], true, 'nothing keeps it from taking the file'))) return false;
    await this.#expect('has_media_file', [name], true, 'the file was stored');
    await this.#expect('has_media_file', [{ ...name, size: name.size + 1 }], false, 'what is there has another size');
    const target = targetFor(bytes);
    await this.#expect('fetch_media_file', [name, target], true, 'the file was stored');
    if (target.wasHurried) this.#note('fetch_media_file', [name], 'wrote a piece while the one before it was being written: await it');
    return true;
  }

  async letsGoOf({ name, bytes }: Sample): Promise<void> {
    const full = (): Promise<never> => Promise.reject(new Error('the disk is full'));
    // It may fail, too: the server knows then. Of nothing, no piece has to be written.
    const { answer } = await answerTo(this.#server, 'fetch_media_file', [name, { begin: () => full, isWhole: true }]);
    if (answer === true && bytes.length > 0) this.#note('fetch_media_file', [name], 'answered true, but a piece could not be written');
    await this.#expect('delete_media_file', [name], true, 'nothing keeps it from deleting the file');
    await this.lacks({ name, bytes, file: build.file('') });
  }

  /** A file that breaks off while it is read, as when the disk of the server fails. */
  async takesNoHalves({ name, file, bytes }: Sample): Promise<void> {
    const broken: FileWrapper = {
      ...file,
      async *stream() {
        yield bytes.subarray(0, PIECE);
        await Promise.resolve();
        throw new Error('the file cannot be read');
      },
    };
    const { answer } = await answerTo(this.#server, 'store_media_file', [name, broken]);
    // Some read it by its path.
    if (answer !== true) await this.#expect('has_media_file', [name], false, 'only half of the file could be read when it was stored');
  }

  /** @returns whether the answer was the one that has to be */
  async #expect<Name extends CallbackName>(name: Name, args: HookArgs<Name>, expected: boolean, reason: string): Promise<boolean> {
    const answer = await this.#answer(name, args);
    if (answer !== undefined && answer !== expected) this.#note(name, args, `answered ${!expected}, but ${reason}`);
    return answer === expected;
  }

  /** Undefined where it failed, or has failed so often that it is not asked. */
  async #answer<Name extends CallbackName>(name: Name, args: HookArgs<Name>): Promise<HookAnswer<Name> | undefined> {
    const { answer, mishaps } = await answerTo(this.#server, name, args);
    this.mishaps.push(...mishaps);
    return answer;
  }

  #note(at: CallbackName, args: readonly unknown[], said: string): void {
    this.mishaps.push({ at, asked: shown(args.slice(0, 1)), said, error: undefined });
  }
}

function sampleOf(content: string): Sample {
  const bytes = Buffer.from(content);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name: { key: mediaFileKey(sha256), sha256, size: bytes.length }, bytes, file: inPieces(build.file(bytes), bytes) };
}

const inPieces = (file: FileWrapper, bytes: Buffer): FileWrapper => ({
  ...file,
  async *stream() {
    for (let from = 0; from < bytes.length; from += PIECE) {
      yield bytes.subarray(from, from + PIECE);
      await Promise.resolve();
    }
  },
});

/** Takes a file as a disk does, which is not done at once with a piece. */
function targetFor(bytes: Buffer): FileTarget & { readonly wasHurried: boolean } {
  let pieces: Uint8Array[] = [];
  let isWriting = false;
  let wasHurried = false;
  return {
    begin() {
      pieces = [];
      return async (piece) => {
        wasHurried ||= isWriting;
        isWriting = true;
        pieces.push(Buffer.from(piece));
        await new Promise((resolve) => setImmediate(resolve));
        isWriting = false;
      };
    },
    get isWhole() {
      return Buffer.concat(pieces).equals(bytes);
    },
    get wasHurried() {
      return wasHurried;
    },
  };
}
