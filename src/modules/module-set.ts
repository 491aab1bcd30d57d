import type { CallbackFigures } from '../kernel/decisions.ts';
import type { LeakyModule } from '../kernel/module-administration.ts';
import type { CallbackName, Policy } from '../kernel/questions.ts';
import { systemClock } from '../kernel/clock.ts';
import { EXCLUSIVE } from './callbacks/account-validity.ts';
import type { WebResources } from '../kernel/web-resource.ts';
import type { Actions } from './actions.ts';
import { Consultation } from './consultation.ts';
import { withDeadline } from './deadline.ts';
import { LoadedModule, type ModuleStatus, type SharedParts } from './loaded-module.ts';
import { ModuleProblems, type ModuleEntry, type ModuleProblem } from './loading/entry.ts';
import type { IdentifiedModule } from './loading/prepare-module.ts';
import { ModuleManager } from './manager.ts';
import { withOneController } from './one-controller.ts';
import { ModuleLeaks } from './leaks/module-leaks.ts';
import { ModuleMetrics } from './module-metrics.ts';
import type { ModuleServices } from './module-services.ts';
import { ResourceTable } from './web-resources.ts';

/** How long the end of the server waits for modules in shadow mode, in ms. */
const GRACE = 2_000;

/** The modules of a running server. */
export interface Modules {
  readonly policy: Policy;
  readonly webResources: WebResources;
  /** Lets the modules act, once the server can. */
  start(actions: Actions): void;
  /**
   * Lets these modules take the place of those that run; what is the same goes on running. Nothing that is under way is dropped.
   * Whoever calls it waits for the exchange before.
   * @throws ModuleProblems; then everything stays as it is
   */
  exchange(entries: readonly ModuleEntry[]): Promise<Exchange>;
  /** How each module is, in the order of the configuration. */
  status(): readonly ModuleStatus[];
  /** Modules that have ended and left something open, whether or not others have their names now. */
  leaks(): readonly LeakyModule[];
  /** Each module and callback in numbers, also of modules that have ended. */
  figures(): readonly CallbackFigures[];
  /** Resolves when nothing of the modules runs in the background. */
  idle(): Promise<void>;
  /** Ends their background work and lets them close what they opened. */
  dispose(): Promise<void>;
}

/** What came of an exchange, by name. */
export interface Exchange {
  readonly kept: readonly string[];
  readonly started: readonly string[];
  readonly ended: readonly string[];
}

/** Prepares modules, save those that are the same as one that runs. */
type Preparation = (entries: readonly ModuleEntry[], running: readonly IdentifiedModule[]) => Promise<readonly IdentifiedModule[]>;

/** Modules that can be exchanged while the server runs. */
export class ModuleSet implements Modules {
  readonly policy: ModuleManager;
  readonly webResources: ResourceTable;
  readonly start: (actions: Actions) => void;
  readonly #services: ModuleServices;
  readonly #prepare: Preparation;
  readonly #consultation: Consultation;
  readonly #metrics: ModuleMetrics;
  readonly #leaks: ModuleLeaks;
  readonly #shared: SharedParts;
  #loaded: readonly LoadedModule[] = [];

  constructor(services: ModuleServices, prepare: Preparation) {
    this.#services = services;
    this.#prepare = prepare;
    this.#metrics = new ModuleMetrics(services.registry);
    const { clock, decisions, tellsIncidents } = services;
    this.#consultation = new Consultation({ clock, decisions, tellsIncidents, metrics: this.#metrics });
    this.policy = new ModuleManager(services.serverName, this.#consultation);
    this.webResources = new ResourceTable((path) => services.serves(path), services.log);
    const { actions, start } = deferredActions();
    this.start = start;
    this.#leaks = new ModuleLeaks(clock, services.registry);
    this.#shared = { resources: this.webResources, consultation: this.#consultation, policy: this.policy, actions, leaks: this.#leaks };
  }

  async exchange(entries: readonly ModuleEntry[]): Promise<Exchange> {
    const before = this.#loaded;
    const prepared = await this.#prepare(
      entries,
      before.map((module) => module.prepared),
    );
    const wanted = prepared.map((module) => before.find((loaded) => loaded.isSameAs(module)) ?? this.#made(module));
    const started = wanted.filter((module) => !before.includes(module));
    const ended = before.filter((module) => !wanted.includes(module));
    await this.#construct(started, ended, wanted);
    this.#loaded = wanted;
    this.policy.use(withOneController(wanted, this.#services.log));
    this.webResources.use(wanted.flatMap((module) => module.registrations.resources));
    for (const module of ended.toReversed()) await module.retire();
    return { kept: names(wanted.filter((module) => before.includes(module))), started: names(started), ended: names(ended) };
  }

  status(): readonly ModuleStatus[] {
    return this.#loaded.map((module) => module.status());
  }

  leaks(): readonly LeakyModule[] {
    return this.#leaks.all();
  }

  figures(): readonly CallbackFigures[] {
    return this.#metrics.figures();
  }

  async idle(): Promise<void> {
    await this.#consultation.idle();
    await Promise.all(this.#loaded.map((module) => module.idle()));
  }

  async dispose(): Promise<void> {
    // What modules in shadow mode would have done belongs into the trail, too.
    await withDeadline(this.#consultation.idle(), systemClock, GRACE).catch(() => undefined);
    await end(this.#loaded);
    this.#leaks.close();
  }

  /** @throws ModuleProblems; then none of them goes on running */
  async #construct(started: readonly LoadedModule[], ended: readonly LoadedModule[], wanted: readonly LoadedModule[]): Promise<void> {
    const problems: ModuleProblem[] = [];
    for (const module of started) problems.push(...(await module.construct()));
    if (problems.length === 0) problems.push(...claimedTwice(wanted));
    for (const module of problems.length === 0 ? started : []) {
      const predecessor = ended.find(({ name }) => name === module.name);
      if (predecessor !== undefined) problems.push(...(await module.takeOver(predecessor)));
    }
    if (problems.length === 0) return;
    for (const module of started.toReversed()) await module.retire();
    throw new ModuleProblems(problems);
  }

  #made(prepared: IdentifiedModule): LoadedModule {
    return new LoadedModule(prepared, this.#services, this.#shared);
  }
}

const names = (modules: readonly LoadedModule[]): readonly string[] => modules.map(({ name }) => name);

/** @returns what is wrong where two modules have a callback that belongs to one */
function claimedTwice(modules: readonly LoadedModule[]): readonly ModuleProblem[] {
  const owners = new Map<CallbackName, LoadedModule>();
  const problems: ModuleProblem[] = [];
  for (const module of modules) {
    for (const { name } of module.registrations.callbacks.filter((callback) => EXCLUSIVE.has(callback.name))) {
      const owner = owners.get(name);
      if (owner !== undefined) problems.push(module.problem(new Error(`${name} belongs to one module only, and ${owner.name} has it already`)));
      else owners.set(name, module);
    }
  }
  return problems;
}

async function end(modules: readonly LoadedModule[]): Promise<void> {
  for (const module of modules.toReversed()) await module.dispose();
}

function deferredActions(): { readonly actions: Promise<Actions>; readonly start: (actions: Actions) => void } {
  let start: (actions: Actions) => void = () => undefined;
  const actions = new Promise<Actions>((resolve) => (start = resolve));
  return { actions, start };
}
