/** What the server uses of the module system. */
export type { Account, Actions, IdentityActions, NewDevice, NewEvent, NotificationActions, SessionActions } from './actions.ts';
export { loadModules, moduleNames } from './load-modules.ts';
export { describePermissions } from './manifest.ts';
export type { ModuleStatus } from './loaded-module.ts';
export { ModuleProblems, type ModuleEntry } from './loading/entry.ts';
export { sourcesOf } from './loading/fingerprint.ts';
export { TYPESCRIPT } from './loading/install-hooks.ts';
export { moduleFile } from './loading/module-source.ts';
export { lowestPlexusFor } from './loading/prepare-module.ts';
export type { Exchange, Modules } from './module-set.ts';
export type { ModuleProbe, ProbedCallback, ProbedResource } from './module-probe.ts';
export type { ModuleServices } from './module-services.ts';
export { tryModules, type Trial, type TrialServices } from './try-modules.ts';
