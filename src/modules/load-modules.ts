import { prepareIsolated } from './isolation/prepare-isolated.ts';
import { ModuleProblems, type ModuleEntry, type ModuleProblem } from './loading/entry.ts';
import { prepareModule, type PreparationServices, type PreparedModule } from './loading/prepare-module.ts';
import { describePermissions } from './manifest.ts';
import { ModuleSet, type Modules } from './module-set.ts';
import type { ModuleServices } from './module-services.ts';
import { unknownHooks } from './registrar.ts';

/**
 * Loads the modules of the configuration and constructs them in its order.
 * @throws ModuleProblems with everything that is wrong; then none of them goes on running
 */
export async function loadModules(entries: readonly ModuleEntry[], services: ModuleServices): Promise<Modules> {
  const modules = new ModuleSet(services, (wanted) => prepareAll(wanted, services));
  await modules.exchange(entries);
  return modules;
}

/** A module that could be started. */
export interface CheckedModule {
  readonly name: string;
  readonly version: string | undefined;
  /** What it may do, in words. */
  readonly permissions: string;
}

/**
 * Imports the modules of a configuration and lets them read theirs; makes none of them.
 * @throws ModuleProblems
 */
export async function checkModules(entries: readonly ModuleEntry[], services: PreparationServices): Promise<readonly CheckedModule[]> {
  const prepared = await prepareAll(entries, services);
  return prepared.map(({ name, version, permissions }) => ({ name, version, permissions: describePermissions(permissions) }));
}

/** Imports all of them and reads their configurations, so that everything that is wrong is told at once. */
async function prepareAll(entries: readonly ModuleEntry[], services: PreparationServices): Promise<readonly PreparedModule[]> {
  const problems: ModuleProblem[] = [];
  const prepared: PreparedModule[] = [];
  for (const [index, entry] of entries.entries()) {
    problems.push(...unknownHooks(entry).map(([name, message]) => ({ path: ['modules', index, 'hooks', name], message })));
    try {
      const prepare = entry.isolation === 'worker' ? prepareIsolated : prepareModule;
      prepared.push(await prepare(entry, index, services));
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
