import type { BackgroundApi } from './background.ts';
import type { RegistrationApi } from './registration.ts';
import type { SurroundingsApi } from './surroundings.ts';

/** All that a module is given. What acts, acts as clients do: the other modules are asked about it. */
export interface ModuleApi extends RegistrationApi, SurroundingsApi, BackgroundApi {}
