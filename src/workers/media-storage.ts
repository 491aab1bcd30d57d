import type { Log } from '../kernel/log.ts';
import { SERVER_ITSELF } from '../kernel/requester.ts';
import { copyMediaFile } from '../operations/media-storage/copy-media-file.ts';
import { deleteMediaFile } from '../operations/media-storage/delete-media-file.ts';
import { identifyMediaStorage } from '../operations/media-storage/identify-media-storage.ts';
import { takeUpMedia } from '../operations/media-storage/take-up-media.ts';
import { useMediaStorage } from '../operations/media-storage/use-media-storage.ts';
import * as mediaStorage from '../store/media-storage.ts';
import type { FileOfQueue } from '../store/media-storage.ts';
import { MediaEviction, type EvictionServices } from './media-eviction.ts';
import type { Queue } from './queue-worker.ts';

interface MediaStorageServices extends EvictionServices {
  readonly log: Log;
}

/** Files that are copied or deleted at the same time. */
const AT_ONCE = 4;
/** For how long the storage is left alone when it fails: at first, and at most (ms). */
const FIRST_PAUSE = 60_000;
const LONGEST_PAUSE = 600_000;

type Task = { readonly task: 'copy and delete'; readonly files: readonly FileOfQueue[] } | { readonly task: 'take up' } | { readonly task: 'evict' };

/**
 * Files of media are copied into the storage and deleted there. It does one thing after the other: so nothing is deleted here while it is being copied, or
 * while another storage takes the place of the one that has it.
 */
export class MediaStorageQueue implements Queue<Task> {
  readonly name = 'media storage';
  readonly topic = mediaStorage.MEDIA_STORAGE_TOPIC;
  readonly #services: MediaStorageServices;
  readonly #eviction: MediaEviction;
  #failures = 0;
  #pausedUntil = 0;
  /** Whether files that were there before the storage are still on their way. */
  #catchesUp = false;

  constructor(services: MediaStorageServices) {
    this.#services = services;
    this.#eviction = new MediaEviction(services);
  }

  async after(last: Task | undefined): Promise<readonly Task[]> {
    const { reader, clock } = this.#services;
    const now = clock.now();
    if (now < this.#pausedUntil || (last === undefined && !(await this.#look()))) return [];
    const files = await reader.read(() => mediaStorage.due(now, AT_ONCE));
    if (files.length > 0) return [{ task: 'copy and delete', files }];
    const storage = await reader.read(() => mediaStorage.current());
    if (storage === undefined) return [];
    if (!storage.hasAll) return [{ task: 'take up' }];
    await this.#sayWhenAllIsThere();
    return this.#eviction.isDue(now) ? [{ task: 'evict' }] : [];
  }

  async work(item: Task): Promise<void> {
    try {
      if (await this.#do(item)) return;
    } catch (error) {
      this.#pause();
      throw error;
    }
    this.#pause();
  }

  drop(): Promise<void> {
    return Promise.resolve();
  }

  async wait(): Promise<number | undefined> {
    const now = this.#services.clock.now();
    if (now < this.#pausedUntil) return this.#pausedUntil - now;
    const { trial, storage } = await this.#services.reader.read(function* () {
      return { trial: yield* mediaStorage.nextTrial(), storage: yield* mediaStorage.current() };
    });
    const times = [trial, storage && this.#eviction.dueTs].filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.max(0, Math.min(...times) - now);
  }

  /** @returns false when the storage does not answer */
  async #do(item: Task): Promise<boolean> {
    switch (item.task) {
      case 'evict':
        await this.#eviction.goOn();
        return true;
      case 'take up':
        this.#catchesUp = true;
        await this.#services.run(takeUpMedia, SERVER_ITSELF, undefined);
        return true;
      case 'copy and delete': {
        const done = await Promise.all(item.files.map((file) => this.#handle(file)));
        const areAll = done.every(Boolean);
        if (areAll) this.#failures = 0;
        return areAll;
      }
    }
  }

  #handle(file: FileOfQueue): Promise<boolean> {
    const { run } = this.#services;
    return file.isWanted ? run(copyMediaFile, SERVER_ITSELF, file) : run(deleteMediaFile, SERVER_ITSELF, file);
  }

  /** Whether it is known which storage the modules are, and the database knows it, too. */
  async #look(): Promise<boolean> {
    const { reader, run, log } = this.#services;
    const wanted = await run(identifyMediaStorage, SERVER_ITSELF, undefined);
    if (wanted === undefined) {
      this.#pause();
      return false;
    }
    const used = await reader.read(() => mediaStorage.current());
    if (used?.id === wanted.id) return true;
    await run(useMediaStorage, SERVER_ITSELF, wanted.id);
    log.info({ storage: wanted.id, before: used?.id }, wanted.id === undefined ? 'media are kept here only' : 'all media are copied into a storage');
    return true;
  }

  async #sayWhenAllIsThere(): Promise<void> {
    if (!this.#catchesUp || (await this.#services.reader.read(() => mediaStorage.nextTrial())) !== undefined) return;
    this.#catchesUp = false;
    this.#services.log.info({}, 'the storage has all media');
  }

  #pause(): void {
    this.#pausedUntil = this.#services.clock.now() + Math.min(FIRST_PAUSE * 2 ** this.#failures, LONGEST_PAUSE);
    this.#failures += 1;
  }
}
