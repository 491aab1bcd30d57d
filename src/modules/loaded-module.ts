import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../core/json.ts';
import { systemClock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Leak } from '../kernel/module-administration.ts';
import { runApart } from '../kernel/place-of-work.ts';
import type { Policy } from '../kernel/questions.ts';
import type { Actions } from './actions.ts';
import { Background } from './api/background.ts';
import type { Handover } from './api/surroundings.ts';
import { createModuleApi } from './api/create-module-api.ts';
import { ownMetrics } from './api/own-metrics.ts';
import { PUT_OFF } from './api/put-off.ts';
import type { Consultation } from './consultation.ts';
import { Consulted } from './handler.ts';
import { withDeadline } from './deadline.ts';
import type { ModuleEntry, ModuleProblem } from './loading/entry.ts';
import type { ModuleLeaks } from './leaks/module-leaks.ts';
import { configurationProblems, explain, label, type IdentifiedModule } from './loading/prepare-module.ts';
import { placeOf } from './loading/place-of-error.ts';
import type { ModulePermissions } from './manifest.ts';
import type { ModuleServices } from './module-services.ts';
import { Registrar } from './registrar.ts';
import type { ResourceTable } from './web-resources.ts';

/** How long the end of the server waits for a module, in ms. */
const GRACE = 5_000;

/** How a module is. */
export interface ModuleStatus {
  readonly name: string;
  readonly version: string | undefined;
  /** What the configuration says of it. */
  readonly entry: ModuleEntry;
  /** JSON Schema of its configuration, where it declares one. */
  readonly configSchema: JsonObject | undefined;
  readonly mode: 'enforce' | 'shadow';
  readonly callbacks: readonly string[];
  /** What it may do; undefined: everything. */
  readonly permissions: ModulePermissions | undefined;
  /** Until when it is not asked because it failed too often, in ms since the epoch. */
  readonly parkedUntil: number | undefined;
  /** What those left open that ran before it under its name. */
  readonly leaks: readonly Leak[];
}

/** What all modules have in common. */
export interface SharedParts {
  readonly resources: ResourceTable;
  readonly consultation: Pick<Consultation, 'parkedUntil' | 'waitsFor' | 'forget'>;
  readonly policy: Policy;
  readonly actions: Promise<Actions>;
  readonly leaks: ModuleLeaks;
}

/** A module with all that belongs to it, from its construction to its end. */
export class LoadedModule {
  readonly #module: IdentifiedModule;
  readonly #services: ModuleServices;
  readonly #shared: SharedParts;
  readonly #log: Log;
  readonly #consulted: Consulted;
  readonly #registrar: Registrar;
  readonly #background: Background;
  readonly #disposals: (() => unknown)[] = [];
  #handover: Handover | undefined;

  constructor(module: IdentifiedModule, services: ModuleServices, shared: SharedParts) {
    this.#module = module;
    this.#services = services;
    this.#shared = shared;
    this.#log = services.log.child({ module: module.name });
    this.#consulted = new Consulted(module.name, module.entry.mode === 'shadow', this.#log);
    this.#registrar = new Registrar(this.#consulted, module.entry, shared.resources, services.probe);
    this.#background = new Background(services.clock, this.#log, this.#consulted);
  }

  /** @returns what is wrong with it */
  async construct(): Promise<readonly ModuleProblem[]> {
    try {
      // A thread takes along what was opened in it.
      if (this.#module.entry.isolation === 'none') this.#shared.leaks.watch(this.#consulted);
      await runApart(this.#consulted, () => this.#module.construct(this.#api()));
      this.#registrar.close();
      return [];
    } catch (error) {
      return configurationProblems(error, this.#module) ?? [this.problem(error)];
    }
  }

  /** How it is told that it cannot run. */
  problem(error: unknown): ModuleProblem {
    const { entry, index, folder } = this.#module;
    return { path: ['modules', index, 'module'], message: `${label(entry)} cannot be started: ${explain(error)}${placeOf(error, folder)}` };
  }

  /** What it has registered. */
  get registrations(): Pick<Registrar, 'callbacks' | 'resources'> {
    return this.#registrar;
  }

  /** What it was made of. */
  get prepared(): IdentifiedModule {
    return this.#module;
  }

  get name(): string {
    return this.#module.name;
  }

  /** Whether it is what this would become: the same code with the same settings. */
  isSameAs({ code, entry, name }: IdentifiedModule): boolean {
    return this.#module.code === code && this.#module.name === name && isDeepStrictEqual(this.#module.entry, entry);
  }

  /** Takes over what the module before it has in memory. @returns what is wrong */
  async takeOver(before: LoadedModule): Promise<readonly ModuleProblem[]> {
    try {
      const state: unknown = structuredClone(await before.#handover?.save());
      if (state !== undefined) await this.#handover?.restore(state);
      return [];
    } catch (error) {
      return [this.problem(error)];
    }
  }

  status(): ModuleStatus {
    const { name, version, entry, configSchema, permissions } = this.#module;
    const parkedUntil = this.#shared.consultation.parkedUntil(this.#consulted);
    const callbacks = [...this.#registrar.registered];
    return { name, version, entry, configSchema, mode: entry.mode, callbacks, permissions, parkedUntil, leaks: this.#shared.leaks.of(name) };
  }

  idle(): Promise<void> {
    return this.#background.idle();
  }

  /** Ends it once it has answered what it is thinking about: others ask no more. */
  async retire(): Promise<void> {
    this.#registrar.letGo();
    await withDeadline(this.#answered(), systemClock, GRACE).catch(() => this.#log.warn({}, 'questions to the module were left unanswered'));
    this.#shared.consultation.forget(this.#consulted);
    await this.dispose();
    this.#shared.leaks.hasEnded(this.#consulted);
  }

  /** Ends it. Whatever goes wrong is logged; what takes too long is left behind. */
  async dispose(): Promise<void> {
    this.#registrar.letGo();
    this.#background.end();
    for (const dispose of this.#disposals.toReversed()) {
      await this.#background.runAsBackgroundProcess('onDispose', async () => withDeadline(Promise.resolve(dispose()), systemClock, GRACE));
    }
    await withDeadline(this.#background.idle(), systemClock, GRACE).catch((error: unknown) =>
      this.#log.warn({ error }, 'background work was left behind'),
    );
  }

  async #answered(): Promise<void> {
    while (this.#shared.consultation.waitsFor(this.#consulted)) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  #api(): ReturnType<typeof createModuleApi> {
    const { serverName, publicBaseurl, version, clock, registry, fetch, askServer, isTrial = false } = this.#services;
    const { name, permissions, folder, entry } = this.#module;
    return createModuleApi({
      folder,
      quota: entry.quota,
      permissions,
      registrar: this.#registrar,
      background: isTrial ? PUT_OFF : this.#background,
      serverName,
      policy: this.#shared.policy,
      actions: this.#shared.actions,
      fetch,
      askServer,
      surroundings: {
        serverName,
        publicBaseurl: publicBaseurl?.replace(/\/?$/, '/'),
        serverVersion: version,
        moduleName: name,
        clock,
        getCurrentTimeMsec: () => clock.now(),
        log: this.#log,
        metrics: ownMetrics(registry, name),
        onDispose: (dispose) => void this.#disposals.push(dispose),
        onHandover: (handover) => void (this.#handover = handover),
      },
    });
  }
}
