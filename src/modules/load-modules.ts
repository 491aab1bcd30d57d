import type { Policy } from '../kernel/questions.ts';
import type { WebResources } from '../kernel/web-resource.ts';
import type { Actions } from './actions.ts';
import { Consultation } from './consultation.ts';
import { RecentDecisions } from './decisions.ts';
import { LoadedModule, type ModuleStatus } from './loaded-module.ts';
import { ModuleProblems, type ModuleEntry, type ModuleProblem } from './loading/entry.ts';
import { prepareModule, type PreparationServices, type PreparedModule } from './loading/prepare-module.ts';
import { ModuleManager } from './manager.ts';
import { ModuleMetrics } from './module-metrics.ts';
import type { ModuleServices } from './module-services.ts';
import { unknownHooks } from './registrar.ts';
import { ResourceTable } from './web-resources.ts';

/** The modules of a running server. */
export interface Modules {
  readonly policy: Policy;
  readonly webResources: WebResources;
  /** The newest decisions. */
  readonly decisions: Pick<RecentDecisions, 'list'>;
  /** Lets the modules act, once the server can. */
  start(actions: Actions): void;
  /** How each module is, in the order of the configuration. */
  status(): readonly ModuleStatus[];
  /** Resolves when nothing of the modules runs in the background. */
  idle(): Promise<void>;
  /** Ends their background work and lets them close what they opened. */
  dispose(): Promise<void>;
}

/**
 * Loads the modules of the configuration and constructs them in its order.
 * @throws ModuleProblems with everything that is wrong; then none of them goes on running
 */
export async function loadModules(entries: readonly ModuleEntry[], services: ModuleServices): Promise<Modules> {
  const prepared = await prepareAll(entries, services);
  const decisions = new RecentDecisions();
  const metrics = new ModuleMetrics(services.registry);
  const consultation = new Consultation({ clock: services.clock, decisions, metrics });
  const manager = new ModuleManager(services.serverName, consultation);
  const resources = new ResourceTable((path) => services.serves(path), services.log);
  const { actions, start } = deferredActions();
  const shared = { resources, policy: manager, actions };
  const loaded = prepared.map((module) => new LoadedModule(module, services, shared));
  const modules: Modules = {
    policy: manager,
    webResources: resources,
    decisions,
    start,
    status: () => loaded.map((module) => module.status()),
    async idle() {
      await consultation.idle();
      await Promise.all(loaded.map((module) => module.idle()));
    },
    async dispose() {
      for (const module of loaded.toReversed()) await module.dispose();
    },
  };
  const problems = loaded.flatMap((module) => module.construct());
  manager.use(loaded.flatMap((module) => module.registrations.callbacks));
  resources.use(loaded.flatMap((module) => module.registrations.resources));
  if (problems.length === 0) return modules;
  await modules.dispose();
  throw new ModuleProblems(problems);
}

/**
 * Imports the modules of a configuration and lets them read theirs; makes none of them.
 * @throws ModuleProblems
 */
export async function checkModules(entries: readonly ModuleEntry[], services: PreparationServices): Promise<void> {
  await prepareAll(entries, services);
}

function deferredActions(): { readonly actions: Promise<Actions>; readonly start: (actions: Actions) => void } {
  let start: (actions: Actions) => void = () => undefined;
  const actions = new Promise<Actions>((resolve) => (start = resolve));
  return { actions, start };
}

/** Imports all of them and reads their configurations, so that everything that is wrong is told at once. */
async function prepareAll(entries: readonly ModuleEntry[], services: PreparationServices): Promise<readonly PreparedModule[]> {
  const problems: ModuleProblem[] = [];
  const prepared: PreparedModule[] = [];
  for (const [index, entry] of entries.entries()) {
    problems.push(...unknownHooks(entry).map(([name, message]) => ({ path: ['modules', index, 'hooks', name], message })));
    try {
      prepared.push(await prepareModule(entry, index, services));
    } catch (error) {
      if (!(error instanceof ModuleProblems)) throw error;
      problems.push(...error.problems);
    }
  }
  problems.push(...sameNames(prepared));
  if (problems.length > 0) throw new ModuleProblems(problems);
  return numbered(prepared);
}

/** Names that the configuration gives own what the modules store, so that no two modules may share one. */
function sameNames(prepared: readonly PreparedModule[]): ModuleProblem[] {
  const given = prepared.filter(({ entry }) => entry.name !== undefined);
  return given
    .filter((module) => prepared.some((other) => other.name === module.name && other.index < module.index))
    .map(({ name, index }) => ({ path: ['modules', index, 'name'], message: `another module is called ${name} already` }));
}

/** The second module of a name that nobody chose is called `name-2`. */
function numbered(prepared: readonly PreparedModule[]): readonly PreparedModule[] {
  const counts = new Map<string, number>();
  return prepared.map((module) => {
    const count = (counts.get(module.name) ?? 0) + 1;
    counts.set(module.name, count);
    return count === 1 ? module : { ...module, name: `${module.name}-${count}` };
  });
}
