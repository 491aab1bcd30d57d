import { Registry } from 'prom-client';
import type { Log } from '../kernel/log.ts';
import { never, STOPPED_CLOCK } from './api/put-off.ts';
import { loadModules } from './load-modules.ts';
import type { ModuleEntry } from './loading/entry.ts';
import { describePermissions } from './manifest.ts';
import type { ModuleServices } from './module-services.ts';

/** What is known of modules that could be started. */
export interface Trial {
  readonly modules: readonly TriedModule[];
  /** What the server would log of them at its start. */
  readonly warnings: readonly string[];
}

export interface TriedModule {
  readonly name: string;
  readonly version: string | undefined;
  /** What it may do, in words. */
  readonly permissions: string;
}

/** What modules that are only tried are told of the server. */
export type TrialServices = Pick<ModuleServices, 'serverName' | 'version' | 'publicBaseurl' | 'folder' | 'serves'>;

/**
 * Makes the modules of a configuration as the start of the server does, and ends them. Nothing that they do by the API has an effect: what
 * acts or asks others is never answered, what belongs into the background never begins.
 * @throws ModuleProblems as the start does
 */
export async function tryModules(entries: readonly ModuleEntry[], services: TrialServices): Promise<Trial> {
  const warned: string[] = [];
  const running = await loadModules(entries, {
    ...services,
    isTrial: true,
    log: logInto(warned),
    clock: STOPPED_CLOCK,
    registry: new Registry(),
    decisions: { record: () => undefined, conclude: () => undefined, traces: undefined },
    tellsIncidents: false,
    fetch: never,
    askServer: never,
  });
  const warnings = [...new Set(warned)];
  const modules = running.status().map(({ name, version, permissions }) => ({ name, version, permissions: describePermissions(permissions) }));
  await running.dispose();
  return { modules, warnings };
}

function logInto(warned: string[]): Log {
  const warn = (_fields: object, text: string): void => void warned.push(text);
  const log: Log = { debug: () => undefined, info: () => undefined, warn, error: warn, child: () => log };
  return log;
}
