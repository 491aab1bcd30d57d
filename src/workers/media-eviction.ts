import type { Config } from '../config/config.ts';
import type { UsedFiles } from '../engine/media/used-files.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Reader } from '../kernel/database.ts';
import type { Run } from '../kernel/operation.ts';
import { SERVER_ITSELF } from '../kernel/requester.ts';
import { evictMediaFiles } from '../operations/media-storage/evict-media-files.ts';
import { noteMediaUsed } from '../operations/media-storage/note-media-used.ts';
import * as mediaCopies from '../store/media-copies.ts';

export interface EvictionServices {
  readonly reader: Reader;
  readonly run: Run;
  readonly clock: Clock;
  readonly config: Pick<Config, 'media'>;
  readonly usedFiles: UsedFiles;
}

/** How often it is looked whether the media folder is too large, or has what nobody needs (ms). */
const EVERY = 300_000;

/** Deletes files in the media folder that the storage has, by age and by size, where the configuration wants it. */
export class MediaEviction {
  readonly #services: EvictionServices;
  readonly #isWanted: boolean;
  #dueTs = 0;
  /** When what is under way has begun. */
  #begunTs: number | undefined;
  /** Bytes that are too much; undefined as long as that was not looked at. */
  #over: number | undefined;

  constructor(services: EvictionServices) {
    this.#services = services;
    const { local_max_age: age, local_max_size: size } = services.config.media.storage;
    this.#isWanted = age !== undefined || size !== undefined;
  }

  /** When it is to be done again, ms since the epoch; undefined where files stay. */
  get dueTs(): number | undefined {
    return this.#isWanted ? this.#dueTs : undefined;
  }

  isDue(now: number): boolean {
    return this.#isWanted && now >= this.#dueTs;
  }

  /** Does a part of it. */
  async goOn(): Promise<void> {
    this.#begunTs ??= this.#services.clock.now();
    if (await this.#goesOn()) return;
    this.#dueTs = this.#begunTs + EVERY;
    [this.#begunTs, this.#over] = [undefined, undefined];
  }

  async #goesOn(): Promise<boolean> {
    const { run, reader, clock, config, usedFiles } = this.#services;
    const { local_max_age: age, local_max_size: size } = config.media.storage;
    const used = usedFiles.take();
    if (used.length > 0) await run(noteMediaUsed, SERVER_ITSELF, used);
    const now = clock.now();
    if (age !== undefined && (await run(evictMediaFiles, SERVER_ITSELF, { before: now - age, bytes: Infinity })).goesOn) return true;
    if (size === undefined) return false;
    this.#over ??= (await reader.read(() => mediaCopies.localBytes())) - size;
    if (this.#over <= 0) return false;
    const { freed, goesOn } = await run(evictMediaFiles, SERVER_ITSELF, { before: now, bytes: this.#over });
    this.#over -= freed;
    return goesOn && this.#over > 0;
  }
}
