import type { ServerName } from '../core/identifiers.ts';
import type { Notifier } from '../engine/notifier.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Reader } from '../kernel/database.ts';

/** What an operation may use while it prepares: readers and services, never a writer. */
export interface Context extends Reader {
  readonly serverName: ServerName;
  readonly clock: Clock;
  readonly notifier: Notifier;
}
