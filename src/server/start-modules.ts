import { dirname, resolve } from 'node:path';
import { locate, type Config } from '../config/config.ts';
import { ConfigurationError } from '../config/configuration-error.ts';
import { checkModules, loadModules, ModuleProblems, type CheckedModule, type Exchange, type Modules, type ModuleServices } from '../modules/index.ts';
import { VERSION } from './version.ts';

/** Loads the modules of the configuration. @throws ConfigurationError that says where each problem stands in the file */
export function startModules(
  config: Config,
  services: Omit<ModuleServices, 'serverName' | 'version' | 'publicBaseurl' | 'folder'>,
): Promise<Modules> {
  return located(config, (folder) =>
    loadModules(config.modules, { ...services, serverName: config.server_name, version: VERSION, publicBaseurl: config.public_baseurl, folder }),
  );
}

/** Lets the modules of this configuration take the place of those that run. @throws ConfigurationError as above; then nothing has changed */
export const exchangeModules = (config: Config, modules: Modules): Promise<Exchange> => located(config, () => modules.exchange(config.modules));

/** Imports the modules of the configuration and lets them read theirs, without making them. @throws ConfigurationError as above */
export const tryModules = (config: Config): Promise<readonly CheckedModule[]> =>
  located(config, (folder) => checkModules(config.modules, { version: VERSION, folder }));

async function located<T>(config: Config, work: (folder: string) => Promise<T>): Promise<T> {
  const { file } = locate(config, []);
  try {
    return await work(file === undefined ? process.cwd() : dirname(resolve(file)));
  } catch (error) {
    if (!(error instanceof ModuleProblems)) throw error;
    throw new ConfigurationError(error.problems.map((problem) => ({ ...problem, ...locate(config, problem.path) })));
  }
}
