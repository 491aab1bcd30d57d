import type { CallbackName } from '../kernel/questions.ts';
import type { RegistrationApi } from './api/registration.ts';
import { callbackNamed, unknownCallback, type Category } from './callbacks.ts';
import type { Consulted, Handler } from './consultation.ts';
import type { ModuleEntry } from './loading/entry.ts';
import type { ModuleResource, ResourceOptions, ResourceTable } from './web-resources.ts';

/** Where registrations go. */
export interface RegistrarTargets {
  add(name: CallbackName, handler: Handler): void;
  readonly resources: ResourceTable;
}

/** Takes what one module registers, as long as it is being constructed. */
export class Registrar implements RegistrationApi {
  readonly #module: Consulted;
  readonly #entry: ModuleEntry;
  readonly #targets: RegistrarTargets;
  readonly #registered = new Set<CallbackName>();
  #isOpen = true;

  constructor(module: Consulted, entry: ModuleEntry, targets: RegistrarTargets) {
    this.#module = module;
    this.#entry = entry;
    this.#targets = targets;
  }

  /** The names of the callbacks that the module has. */
  get registered(): ReadonlySet<CallbackName> {
    return this.#registered;
  }

  registerSpamCheckerCallbacks(callbacks: object): void {
    this.#register('spam checker', callbacks);
  }
  registerAccountValidityCallbacks(callbacks: object): void {
    this.#register('account validity', callbacks);
  }
  registerThirdPartyRulesCallbacks(callbacks: object): void {
    this.#register('third-party rules', callbacks);
  }
  registerPresenceRouterCallbacks(callbacks: object): void {
    this.#register('presence router', callbacks);
  }

  registerWebResource(path: string, resource: ModuleResource, options: ResourceOptions = {}): void {
    this.#refuseLate();
    this.#targets.resources.add(this.#module.name, path, resource, options, this.#module.log);
  }

  /**
   * Ends the registration.
   * @throws Error when what was registered makes no whole
   */
  close(): void {
    this.#isOpen = false;
    const routes = this.#registered.has('get_users_for_states');
    if (routes !== this.#registered.has('get_interested_users')) {
      throw new Error('get_users_for_states and get_interested_users need each other: register both or neither');
    }
  }

  #register(category: Category, callbacks: object): void {
    this.#refuseLate();
    for (const [key, callback] of Object.entries(callbacks) as [string, unknown][]) {
      if (callback === undefined || callback === null) continue;
      const name = callbackNamed(key, category);
      if (typeof callback !== 'function') throw new Error(`${name} has to be a function`);
      const { timeout = this.#entry.timeout, on_error: onError = this.#entry.on_error } = this.#entry.hooks[name] ?? {};
      this.#registered.add(name);
      this.#targets.add(name, { module: this.#module, callback: (...args) => callback.call(callbacks, ...args) as unknown, timeout, onError });
    }
  }

  #refuseLate(): void {
    if (!this.#isOpen) throw new Error('A module can register callbacks and web resources only while it is constructed');
  }
}

/** @returns each name in `hooks` that no callback has, with what to say of it */
export function unknownHooks(entry: ModuleEntry): readonly (readonly [name: string, message: string])[] {
  return Object.keys(entry.hooks).flatMap((name) => {
    const message = unknownCallback(name);
    return message === undefined ? [] : [[name, message] as const];
  });
}
