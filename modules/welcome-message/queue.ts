import { isRefusal, type JsonObject, type JsonValue, type ModuleApi } from 'plexus/module';

/** For how long what went wrong is left alone, time after time, in ms; after the last it is given up. */
const PAUSES = [60_000, 300_000, 1_800_000, 7_200_000, 43_200_000] as const;
const TASK = 'task/';
const DONE = 'done/';
const PAGE = 500;

/**
 * Does things by name in the background, each once: across restarts, and until it succeeds. What is refused stays refused, and what goes wrong
 * again and again is given up. What does them may be stopped anywhere, and is then called once more.
 */
export class Queue {
  readonly #api: ModuleApi;
  readonly #perform: (name: string) => Promise<void>;
  readonly #ready = new Set<string>();
  #isBusy = false;
  #hasEnded = false;

  constructor(api: ModuleApi, perform: (name: string) => Promise<void>) {
    this.#api = api;
    this.#perform = perform;
    api.onDispose(() => {
      this.#hasEnded = true;
    });
  }

  /** Goes on with what was left when the server ended. */
  async resume(): Promise<void> {
    const now = this.#api.clock.now();
    for (let after: string | undefined; ;) {
      const page = await this.#api.store.list({ prefix: TASK, limit: PAGE, ...(after !== undefined && { after }) });
      for (const { key, value } of page) this.#later(key.slice(TASK.length), dueOf(value) - now);
      if (page.length < PAGE) return;
      after = page.at(-1)?.key;
    }
  }

  /** Has something done, unless it was added before. */
  async add(name: string): Promise<void> {
    if (await this.#isDone(name)) return;
    let isNew = false;
    await this.#api.store.update(TASK + name, (known) => {
      isNew = known === undefined;
      return known ?? { attempts: 0, due: this.#api.clock.now() };
    });
    if (isNew) this.#later(name, 0);
  }

  /** Forgets all whose names begin so. */
  async forget(prefix: string): Promise<void> {
    const { store } = this.#api;
    for (const kind of [TASK, DONE]) {
      for (const { key } of await store.list({ prefix: kind + prefix, limit: PAGE })) await store.delete(key);
    }
  }

  /** When something was done or given up, in ms since the epoch; undefined when it was not. */
  async doneAt(name: string): Promise<JsonValue | undefined> {
    return this.#api.store.get(DONE + name);
  }

  #later(name: string, ms: number): void {
    if (ms > 0) {
      this.#api.delayedBackgroundCall(ms, () => this.#later(name, 0));
      return;
    }
    this.#ready.add(name);
    if (this.#isBusy || this.#hasEnded) return;
    this.#isBusy = true;
    void this.#api.runAsBackgroundProcess('greet users', () => this.#workOff());
  }

  /** One after the other: nobody waits for it, and a server full of users is not to be kept busy by it. */
  async #workOff(): Promise<void> {
    for (const name of this.#ready) {
      if (this.#hasEnded) break;
      this.#ready.delete(name);
      try {
        await this.#attempt(name);
      } catch (error) {
        this.#api.log.error({ error, task: name }, 'the module cannot keep what it has to do');
        this.#later(name, PAUSES[0]);
      }
    }
    this.#isBusy = false;
  }

  async #attempt(name: string): Promise<void> {
    const { store, log, clock } = this.#api;
    const task = await store.get(TASK + name);
    if (task === undefined) return;
    if (!(await this.#isDone(name))) {
      const attempts = attemptsOf(task);
      try {
        await this.#perform(name);
      } catch (error) {
        const pause = isRefusal(error) ? undefined : PAUSES[attempts];
        log.warn({ error, task: name, pause }, pause === undefined ? 'a user is not greeted' : 'a user could not be greeted; it is tried again');
        if (pause !== undefined) {
          await store.set(TASK + name, { attempts: attempts + 1, due: clock.now() + pause });
          this.#later(name, pause);
          return;
        }
      }
      await store.set(DONE + name, clock.now());
    }
    await store.delete(TASK + name);
  }

  async #isDone(name: string): Promise<boolean> {
    return (await this.doneAt(name)) !== undefined;
  }
}

const numberAt = (value: JsonValue, key: string): number => Number((value as JsonObject)[key]);
const attemptsOf = (task: JsonValue): number => numberAt(task, 'attempts');
const dueOf = (task: JsonValue): number => numberAt(task, 'due');
