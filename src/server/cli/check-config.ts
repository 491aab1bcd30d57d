import { loadConfig } from '../../config/config.ts';
import { insecurities } from '../../config/insecurities.ts';
import { tryModulesOf } from '../start-modules.ts';

/** How long the process goes on for what a module has left open, ms. */
const GRACE = 500;
const NOT_CHECKED = 'Not checked: what modules do once the server runs. Here they stored nothing, asked nobody and began nothing in the background';

/**
 * Reads the configuration, makes its modules without any effect, and says that all is in order, what modules may do, what the log would warn
 * of, what could not be checked, and what is insecure.
 * @throws ConfigurationError with everything that is wrong
 */
export async function checkConfig(file: string): Promise<void> {
  const config = loadConfig(file);
  const { serves } = await import('../own-paths.ts');
  // A module may wait for the server in vain when it ends, and the deadlines for that keep no process alive.
  const waiting = setInterval(() => undefined, GRACE);
  try {
    const { modules, warnings } = await tryModulesOf(config, serves);
    console.log(`${file} is in order: ${config.server_name}, ${config.modules.length} modules`);
    for (const { name, version, permissions } of modules) console.log(`Module ${name}${version === undefined ? '' : ` ${version}`}: ${permissions}`);
    for (const warning of warnings) console.log(`Warning: ${warning}`);
    if (modules.length > 0) console.log(NOT_CHECKED);
    for (const insecurity of insecurities(config)) console.log(`Insecure: ${insecurity}`);
  } finally {
    clearInterval(waiting);
    setTimeout(() => process.exit(), GRACE).unref();
  }
}
