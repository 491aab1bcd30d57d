import { isDeepStrictEqual } from 'node:util';
import { prepareIsolated } from './isolation/prepare-isolated.ts';
import { ModuleProblems, type ModuleEntry, type ModuleProblem } from './loading/entry.ts';
import { codeOf, prepareModule, type IdentifiedModule, type PreparationServices } from './loading/prepare-module.ts';
import { ModuleSet, type Modules } from './module-set.ts';
import type { ModuleServices } from './module-services.ts';
import { unknownHooks } from './registrar.ts';

/**
 * Loads the modules of the configuration and constructs them in its order.
 * @throws ModuleProblems with everything that is wrong; then none of them goes on running
 */
export async function loadModules(entries: readonly ModuleEntry[], services: ModuleServices): Promise<Modules> {
  const modules = new ModuleSet(services, (wanted, running) => prepareAll(wanted, services, running));
  try {
    await modules.exchange(entries);
    return modules;
  } catch (error) {
    await modules.dispose();
    throw error;
  }
}

/**
 * Imports the modules of a configuration and lets them read theirs; makes none of them.
 * @returns their names
 * @throws ModuleProblems
 */
export async function moduleNames(entries: readonly ModuleEntry[], services: PreparationServices): Promise<readonly string[]> {
  return (await prepareAll(entries, services)).map(({ name }) => name);
}

/**
 * Imports all of them and reads their configurations, so that everything that is wrong is told at once.
 * @param running what was prepared before: where it is still the same, it is not prepared again
 */
async function prepareAll(
  entries: readonly ModuleEntry[],
  services: PreparationServices,
  running: readonly IdentifiedModule[] = [],
): Promise<readonly IdentifiedModule[]> {
  const problems: ModuleProblem[] = [];
  const prepared: IdentifiedModule[] = [];
  for (const [index, entry] of entries.entries()) {
    problems.push(...unknownHooks(entry).map(([name, message]) => ({ path: ['modules', index, 'hooks', name], message })));
    try {
      const code = codeOf(entry, index, services.folder);
      const same = running.find((module) => module.code === code && isDeepStrictEqual(module.entry, entry));
      prepared.push(same === undefined ? await identified(entry, index, code, services) : { ...same, index });
    } catch (error) {
      if (!(error instanceof ModuleProblems)) throw error;
      problems.push(...error.problems);
    }
  }
  problems.push(...sameNames(prepared));
  if (problems.length > 0) throw new ModuleProblems(problems);
  return numbered(prepared);
}

async function identified(entry: ModuleEntry, index: number, code: unknown, services: PreparationServices): Promise<IdentifiedModule> {
  const prepare = entry.isolation === 'worker' ? prepareIsolated : prepareModule;
  const module = await prepare(entry, index, services);
  return { ...module, code, ownName: module.name };
}

/** Names that the configuration gives own what the modules store, so that no two modules may share one. */
function sameNames(prepared: readonly IdentifiedModule[]): ModuleProblem[] {
  const given = prepared.filter(({ entry }) => entry.name !== undefined);
  return given
    .filter((module) => prepared.some((other) => other.ownName === module.ownName && other.index < module.index))
    .map(({ ownName, index }) => ({ path: ['modules', index, 'name'], message: `another module is called ${ownName} already` }));
}

/** The second module of a name that nobody chose is called `name-2`. */
function numbered(prepared: readonly IdentifiedModule[]): readonly IdentifiedModule[] {
  const counts = new Map<string, number>();
  return prepared.map((module) => {
    const { ownName } = module;
    const count = (counts.get(ownName) ?? 0) + 1;
    counts.set(ownName, count);
    return { ...module, name: count === 1 ? ownName : `${ownName}-${count}` };
  });
}
