import type { ServerName } from '../core/identifiers.ts';
import type { Config, RateLimitClass } from '../config/config.ts';
import type { Access } from '../engine/access.ts';
import type { RegistrationNonces } from '../engine/accounts/registration-nonces.ts';
import type { MediaFiles } from '../engine/media/media-files.ts';
import type { Thumbnailer } from '../engine/media/thumbnailer.ts';
import type { Rulesets } from '../engine/notifications/rulesets.ts';
import type { UnreadCounts } from '../engine/notifications/unread-counts.ts';
import type { Notifier } from '../engine/notifier.ts';
import type { Outgoing } from '../engine/outgoing.ts';
import type { Previewer } from '../engine/previews/previewer.ts';
import type { Presence } from '../engine/presence/presence.ts';
import type { RoutedPresence } from '../engine/presence/routed-presence.ts';
import type { Typing } from '../engine/typing.ts';
import type { NewRooms } from '../engine/rooms/creation/new-rooms.ts';
import type { Passwords } from '../engine/passwords.ts';
import type { RateLimits } from '../engine/rate-limits.ts';
import type { InteractiveAuth } from '../engine/uia/interactive-auth.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Reader } from '../kernel/database.ts';
import type { Log } from '../kernel/log.ts';
import type { Assembler } from '../sync/assemble.ts';
import type { Filters } from '../sync/filters.ts';

/** What an operation may use while it prepares: readers and services, never a writer. */
export interface Context extends Reader {
  readonly serverName: ServerName;
  readonly access: Access;
  readonly assembler: Assembler;
  readonly config: Config;
  readonly clock: Clock;
  readonly filters: Filters;
  readonly limits: RateLimits<RateLimitClass>;
  readonly log: Log;
  readonly mediaFiles: MediaFiles;
  readonly newRooms: NewRooms;
  readonly notifier: Notifier;
  readonly outgoing: Outgoing;
  readonly passwords: Passwords;
  readonly previewer: Previewer;
  readonly registrationNonces: RegistrationNonces;
  readonly thumbnailer: Thumbnailer;
  readonly uia: InteractiveAuth;
  readonly presence: Presence;
  readonly routedPresence: RoutedPresence;
  readonly rulesets: Rulesets;
  readonly typing: Typing;
  readonly unreadCounts: UnreadCounts;
}
