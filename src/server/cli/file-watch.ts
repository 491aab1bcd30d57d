import { existsSync, realpathSync, watch, type FSWatcher } from 'node:fs';
import { dirname } from 'node:path';

/** How long to wait after the first sign of a change, in ms: one saving is several changes, one right after the other. */
const SETTLE = 30;

/** Some files that were saved. */
export interface Saved {
  /** Those that hold something else than before, are new, or are gone. */
  readonly files: readonly string[];
  /** When it was noticed, as `performance.now()`. */
  readonly noticed: number;
}

type Contents = ReadonlyMap<string, string>;

/**
 * Watches files until the process ends. It is told of changes by their folders, where an editor may put another file in the place of one, and
 * believes only what it reads.
 */
export class FileWatch {
  readonly #read: () => Contents;
  readonly #saved: (saved: Saved) => Promise<void>;
  #known: Contents = new Map();
  #watchers: readonly FSWatcher[] = [];
  #noticed: number | undefined;
  #looking: Promise<void> = Promise.resolve();

  /**
   * @param read what the files hold now, by path; which they are may change
   * @param saved what to do about changed files, which must not throw; one change after the other
   */
  constructor(read: () => Contents, saved: (saved: Saved) => Promise<void>) {
    this.#read = read;
    this.#saved = saved;
  }

  /** Begins with all files: what was saved before anybody watched counts, too. */
  start(): void {
    this.#notice();
  }

  #notice(): void {
    if (this.#noticed !== undefined) return;
    this.#noticed = performance.now();
    setTimeout(() => {
      this.#looking = this.#looking.then(() => this.#look()).catch((error: unknown) => this.#again(error));
    }, SETTLE);
  }

  /** Between two glances a file may have gone. */
  #again(error: unknown): void {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    this.#notice();
  }

  async #look(): Promise<void> {
    const noticed = this.#noticed ?? performance.now();
    this.#noticed = undefined;
    const now = this.#follow();
    const files = [...new Set([...this.#known.keys(), ...now.keys()])].filter((path) => this.#known.get(path) !== now.get(path));
    this.#known = now;
    if (files.length > 0) await this.#saved({ files, noticed });
  }

  /** Watches the folders of the files anew, as a folder may have been replaced, too; then reads the files. */
  #follow(): Contents {
    const before = this.#watchers;
    const folders = new Set([...this.#read().keys()].flatMap(foldersOf));
    this.#watchers = [...folders].map((folder) => watch(folder, () => this.#notice()).on('error', () => this.#notice()));
    for (const watcher of before) watcher.close();
    return this.#read();
  }
}

/** Where changes of a file show: in its folder (where that is gone, the nearest above), and in that of what it is a link to. */
const foldersOf = (file: string): readonly string[] => [file, existsSync(file) ? realpathSync(file) : file].map((path) => existing(dirname(path)));

function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(dirname(folder));
}
