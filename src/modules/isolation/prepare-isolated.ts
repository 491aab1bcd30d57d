import type { ModuleApi } from '../api/module-api.ts';
import type { ModuleEntry } from '../loading/entry.ts';
import { explain, label, problem, type PreparationServices, type PreparedModule } from '../loading/prepare-module.ts';
import { IsolatedModule } from './isolated-module.ts';
import { ModuleThread } from './module-thread.ts';

/**
 * Prepares a module that is to run in a thread of its own: imports it and lets it read its configuration in one that ends again.
 * @throws ModuleProblems
 */
export async function prepareIsolated(entry: ModuleEntry, index: number, services: PreparationServices): Promise<PreparedModule> {
  if (typeof entry.module !== 'string') {
    throw problem(index, ['isolation'], 'worker: a module that is given as an object cannot move to another thread; name its file or package');
  }
  const { folder, version: serverVersion, isTrial = false } = services;
  const data = { entry, index, services: { folder, version: serverVersion, isTrial } };
  const thread = new ModuleThread(data);
  try {
    const { name, version, permissions, configSchema, folder: place } = await thread.prepare();
    return {
      entry,
      index,
      name: entry.name ?? name,
      version,
      permissions,
      folder: place,
      configSchema,
      construct: (api: ModuleApi) => new IsolatedModule(data, api).start(),
    };
  } catch (error) {
    if (error instanceof Error && error.name === 'DataCloneError') {
      throw problem(index, ['config'], `${label(entry)} cannot be given its configuration in another thread: ${explain(error)}`);
    }
    throw error;
  } finally {
    await thread.end(new Error('it has told what it is'));
  }
}
