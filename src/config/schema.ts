import type { Kind } from './kind.ts';
import { mapping, type ReadKeys } from './mappings.ts';
import { appServices } from './sections/app-services.ts';
import { decisions } from './sections/decisions.ts';
import { directory } from './sections/directory.ts';
import { inboxes } from './sections/inboxes.ts';
import { listeners } from './sections/listeners.ts';
import { log } from './sections/log.ts';
import { mail } from './sections/mail.ts';
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
import { serverNotices } from './sections/server-notices.ts';
import { sso } from './sections/sso.ts';
import { tokens } from './sections/tokens.ts';
import { turn } from './sections/turn.ts';
import { urlPreviews } from './sections/url-previews.ts';
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
  inboxes,
  media,
  url_previews: urlPreviews,
  turn,
  outgoing,
  mail,
  log,
  metrics,
  well_known: wellKnown,
  server_notices: serverNotices,
  sso,
  app_services: appServices,
  modules,
  decisions,
};

const keys: Kind<ReadKeys<typeof configKeys>> = mapping(configKeys);

/** The whole file. Some keys need others of another section. */
export const configuration: typeof keys = {
  ...keys,
  read(written, path, reading) {
    const read = keys.read(written, path, reading);
    if (read?.mail !== undefined && read.public_baseurl === undefined)
      reading.refuse([...path, 'mail'], 'needs public_baseurl, for the links in the mails');
    if (read?.sso !== undefined && read.public_baseurl === undefined)
      reading.refuse([...path, 'sso'], 'needs public_baseurl, to which the provider sends people back');
    if (read?.registration?.requires_email === true && read.mail === undefined)
      reading.refuse([...path, 'registration', 'requires_email'], 'needs the section mail');
    return read;
  },
};

/** The whole configuration, validated and frozen, with the keys of the file. Durations are ms, sizes bytes, paths absolute. */
export interface Config extends ReadKeys<typeof configKeys> {}

/** One entry of `modules`. */
export type ModuleEntry = Config['modules'][number];
