import { mapping, type ReadKeys } from './mappings.ts';
import { appServices } from './sections/app-services.ts';
import { directory } from './sections/directory.ts';
import { listeners } from './sections/listeners.ts';
import { log } from './sections/log.ts';
import { media } from './sections/media.ts';
import { metrics } from './sections/metrics.ts';
import { modules } from './sections/modules.ts';
import { outgoing } from './sections/outgoing.ts';
import { passwords } from './sections/passwords.ts';
import { presence } from './sections/presence.ts';
import { rateLimits } from './sections/rate-limits.ts';
import { registration } from './sections/registration.ts';
import { rooms } from './sections/rooms.ts';
import { server } from './sections/server.ts';
import { tokens } from './sections/tokens.ts';
import { turn } from './sections/turn.ts';
import { wellKnown } from './sections/well-known.ts';

/** Every key of the configuration, in the order of config.example.yaml, which is generated from here. */
export const configKeys = {
  ...server,
  listeners,
  registration,
  rate_limits: rateLimits,
  passwords,
  tokens,
  rooms,
  directory,
  presence,
  media,
  turn,
  outgoing,
  log,
  metrics,
  well_known: wellKnown,
  app_services: appServices,
  modules,
};

export const configuration = mapping(configKeys);

/** The whole configuration, validated and frozen, with the keys of the file. Durations are ms, sizes bytes, paths absolute. */
export interface Config extends ReadKeys<typeof configKeys> {}

/** One entry of `modules`. */
export type ModuleEntry = Config['modules'][number];
