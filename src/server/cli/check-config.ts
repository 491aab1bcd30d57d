import { loadConfig } from '../../config/config.ts';
import { insecurities } from '../../config/insecurities.ts';
import { tryModules } from '../start-modules.ts';

/**
 * Reads the configuration, that of the modules too, and says that it is in order, what its modules may do, and what is insecure in it.
 * @throws ConfigurationError with everything that is wrong
 */
export async function checkConfig(file: string): Promise<void> {
  const config = loadConfig(file);
  const modules = await tryModules(config);
  console.log(`${file} is in order: ${config.server_name}, ${config.modules.length} modules`);
  for (const { name, version, permissions } of modules) console.log(`Module ${name}${version === undefined ? '' : ` ${version}`}: ${permissions}`);
  for (const insecurity of insecurities(config)) console.log(`Insecure: ${insecurity}`);
}
