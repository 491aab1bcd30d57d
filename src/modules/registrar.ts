import { runAsModule, runAsServer } from '../kernel/place-of-work.ts';
import type { CallbackName } from '../kernel/questions.ts';
import { callbackNamed, CALLBACKS, CATEGORIES, neverInShadow, unknownCallback, type RegisterMethod } from './callbacks.ts';
import { WHOLE_STORAGE } from './callbacks/media-storage.ts';
import type { Callback, Consulted, Handler } from './handler.ts';
import { Leaves } from './leaves.ts';
import type { ModuleEntry } from './loading/entry.ts';
import type { RegisteredCallback } from './manager.ts';
import type { ModuleProbe, ProbedCallback } from './module-probe.ts';
import { handlerOfModule, type ModuleResource, type RegisteredResource, type ResourceOptions, type ResourceTable } from './web-resources.ts';

/** Takes what one module registers, as long as it is being constructed. */
export class Registrar {
  readonly #module: Consulted;
  readonly #entry: ModuleEntry;
  readonly #table: ResourceTable;
  readonly #probe: ModuleProbe | undefined;
  readonly #callbacks: RegisteredCallback[] = [];
  readonly #resources: RegisteredResource[] = [];
  readonly #leaves: Leaves;
  #isOpen = true;

  constructor(module: Consulted, entry: ModuleEntry, table: ResourceTable, probe?: ModuleProbe) {
    this.#module = module;
    this.#entry = entry;
    this.#table = table;
    this.#probe = probe;
    this.#leaves = new Leaves(module.log);
  }

  get callbacks(): readonly RegisteredCallback[] {
    return this.#callbacks;
  }

  get resources(): readonly RegisteredResource[] {
    return this.#resources;
  }

  /** The names of the callbacks that the module has. */
  get registered(): ReadonlySet<CallbackName> {
    return new Set(this.#callbacks.map(({ name }) => name));
  }

  registerWebResource(path: string, resource: ModuleResource, options: ResourceOptions = {}): void {
    this.#refuseLate();
    const checked = this.#table.checked(this.#module.name, path, resource, options);
    this.#resources.push({ ...checked, handler: handlerOfModule(this.#module, checked.handler) });
    this.#probe?.resource({ module: this.#module.name, path: checked.path });
  }

  /**
   * Ends the registration.
   * @throws Error when what was registered makes no whole
   */
  close(): void {
    this.#isOpen = false;
    const { registered } = this;
    if (registered.has('get_users_for_states') !== registered.has('get_interested_users')) {
      throw new Error('get_users_for_states and get_interested_users need each other: register both or neither');
    }
    const missing = WHOLE_STORAGE.filter((name) => !registered.has(name));
    if (missing.length > 0 && missing.length < WHOLE_STORAGE.length) {
      throw new Error(`a media storage needs all of ${WHOLE_STORAGE.join(', ')}; this one lacks ${missing.join(', ')}`);
    }
  }

  /** Takes the callbacks of one category. @throws Error for an unknown name, or what is no callback */
  register(method: RegisterMethod, callbacks: object): void {
    this.#refuseLate();
    const reason = neverInShadow(method);
    if (this.#module.shadow && reason !== undefined) {
      throw new Error(`${this.#module.name} has ${CATEGORIES[method].title} callbacks, and cannot run in shadow mode: ${reason}`);
    }
    for (const [key, callback] of Object.entries(callbacks) as [string, unknown][]) {
      if (callback === undefined || callback === null) continue;
      const named = callbackNamed(key, method);
      if ('neverAsked' in named) this.#sayNeverAsked(key, named.neverAsked);
      else if (named.name === 'auth_checkers') this.#registerCheckers(callback);
      else this.#add(named.name, callback, callbacks);
    }
  }

  /** auth_checkers: `[[login type, fields], checker]` each, as a Map has them. */
  #registerCheckers(checkers: unknown): void {
    const wrong = `auth_checkers has to be a Map or list of [[login type, [fields]], function], for the ${CATEGORIES.registerPasswordAuthProviderCallbacks.title} callbacks`;
    if (typeof checkers !== 'object' || checkers === null || !(Symbol.iterator in checkers)) throw new Error(wrong);
    for (const entry of checkers as Iterable<unknown>) {
      const [key, check] = Array.isArray(entry) ? (entry as readonly unknown[]) : [];
      const [type, fields] = Array.isArray(key) ? (key as readonly unknown[]) : [];
      if (typeof type !== 'string' || !isTexts(fields)) throw new Error(wrong);
      this.#add('auth_checkers', check, checkers, { type, fields });
    }
  }

  #add(name: CallbackName, callback: unknown, owner: object, login?: Handler['login']): void {
    if (typeof callback !== 'function') throw new Error(`${name} has to be a function`);
    const { timeout = Math.max(this.#entry.timeout, CALLBACKS[name].patience ?? 0), on_error: onError = this.#entry.on_error } =
      this.#entry.hooks[name] ?? {};
    const bound: (...args: readonly unknown[]) => unknown = callback.bind(owner);
    const asked = name === 'on_update' ? this.#leaves.givenBy(bound) : bound;
    const handler = { module: this.#module, callback: this.#probed({ name, onError, timeout, call: asked, login }), timeout, onError };
    this.#callbacks.push({ name, handler: login === undefined ? handler : { ...handler, login } });
  }

  /** The callback, or what the probe has put around it: that is no code of the module, while what stands inside still is. */
  #probed({ call, ...about }: Omit<ProbedCallback, 'module'>): Callback {
    if (this.#probe === undefined) return call;
    const inside = (...args: readonly unknown[]): unknown => runAsModule(this.#module, call, ...args);
    const around = this.#probe.callback({ ...about, module: this.#module.name, call: inside });
    return (...args) => runAsServer(() => around(...args));
  }

  #sayNeverAsked(name: string, reason: string): void {
    const { name: module, log } = this.#module;
    log.warn({ module, callback: name }, `${module} has ${name}, which is never asked: ${reason}`);
  }

  /** The module is going: what it holds up goes on without it. */
  letGo(): void {
    this.#leaves.end();
  }

  #refuseLate(): void {
    if (!this.#isOpen) throw tooLate();
  }
}

export const tooLate = (): Error => new Error('A module can register callbacks and web resources only while it is constructed');

const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((one) => typeof one === 'string');

/** @returns each name in `hooks` that no callback has, with what to say of it */
export function unknownHooks(entry: ModuleEntry): readonly (readonly [name: string, message: string])[] {
  return Object.keys(entry.hooks).flatMap((name) => {
    const message = unknownCallback(name);
    return message === undefined ? [] : [[name, message] as const];
  });
}
