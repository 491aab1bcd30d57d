import { loadConfig } from '../../config/config.ts';
import { insecurities } from '../../config/insecurities.ts';

/**
 * Reads the configuration and says that it is in order, or what is insecure in it.
 * @throws ConfigurationError with everything that is wrong
 */
export function checkConfig(file: string): void {
  const config = loadConfig(file);
  console.log(`${file} is in order: ${config.server_name}, ${config.modules.length} modules`);
  for (const insecurity of insecurities(config)) console.log(`Insecure: ${insecurity}`);
}
