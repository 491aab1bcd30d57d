import { dirname, resolve } from 'node:path';
import { locate, type Config } from '../config/config.ts';
import { ConfigurationError } from '../config/configuration-error.ts';
import {
  loadModules,
  moduleNames,
  ModuleProblems,
  tryModules,
  type Exchange,
  type Modules,
  type ModuleServices,
  type Trial,
  type TrialServices,
} from '../modules/index.ts';
import { VERSION } from './version.ts';

/** Loads the modules of the configuration. @throws ConfigurationError that says where each problem stands in the file */
export function startModules(
  config: Config,
  services: Omit<ModuleServices, 'serverName' | 'version' | 'publicBaseurl' | 'folder'>,
): Promise<Modules> {
  return located(config, (folder) => loadModules(config.modules, { ...services, ...thisServer(config), folder }));
}

/** Lets the modules of this configuration take the place of those that run. @throws ConfigurationError as above; then nothing has changed */
export const exchangeModules = (config: Config, modules: Modules): Promise<Exchange> => located(config, () => modules.exchange(config.modules));

/** Makes the modules of the configuration, without any effect, and ends them. @throws ConfigurationError as above */
export const tryModulesOf = (config: Config, serves: TrialServices['serves']): Promise<Trial> =>
  located(config, (folder) => tryModules(config.modules, { ...thisServer(config), serves, folder }));

/** What the modules of the configuration are called; none of them is made. @throws ConfigurationError as above */
export const namesOfModules = (config: Config): Promise<readonly string[]> =>
  located(config, (folder) => moduleNames(config.modules, { version: VERSION, folder }));

const thisServer = (config: Config): Pick<ModuleServices, 'serverName' | 'version' | 'publicBaseurl'> => ({
  serverName: config.server_name,
  version: VERSION,
  publicBaseurl: config.public_baseurl,
});

async function located<T>(config: Config, work: (folder: string) => Promise<T>): Promise<T> {
  const { file } = locate(config, []);
  try {
    return await work(file === undefined ? process.cwd() : dirname(resolve(file)));
  } catch (error) {
    if (!(error instanceof ModuleProblems)) throw error;
    throw new ConfigurationError(error.problems.map((problem) => ({ ...problem, ...locate(config, problem.path) })));
  }
}
