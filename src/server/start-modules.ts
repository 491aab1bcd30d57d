import { dirname, resolve } from 'node:path';
import { locate, type Config } from '../config/config.ts';
import { ConfigurationError } from '../config/configuration-error.ts';
import { loadModules, ModuleProblems, type Modules, type ModuleServices } from '../modules/index.ts';
import { VERSION } from './version.ts';

/** Loads the modules of the configuration. @throws ConfigurationError that says where each problem stands in the file */
export async function startModules(
  config: Config,
  services: Omit<ModuleServices, 'serverName' | 'version' | 'publicBaseurl' | 'folder'>,
): Promise<Modules> {
  const { file } = locate(config, []);
  try {
    return await loadModules(config.modules, {
      ...services,
      serverName: config.server_name,
      version: VERSION,
      publicBaseurl: config.public_baseurl,
      folder: file === undefined ? process.cwd() : dirname(resolve(file)),
    });
  } catch (error) {
    if (!(error instanceof ModuleProblems)) throw error;
    throw new ConfigurationError(error.problems.map((problem) => ({ ...problem, ...locate(config, problem.path) })));
  }
}
