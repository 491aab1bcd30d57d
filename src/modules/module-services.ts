import type { Registry } from 'prom-client';
import type { ServerName } from '../core/identifiers.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DecisionLog } from '../kernel/decisions.ts';
import type { AskServer } from '../kernel/federation-request.ts';
import type { Log } from '../kernel/log.ts';
import type { Fetch } from './api/http-client.ts';
import type { PreparationServices } from './loading/prepare-module.ts';
import type { ModuleProbe } from './module-probe.ts';

/** What the module system needs of the server. */
export interface ModuleServices extends PreparationServices {
  readonly serverName: ServerName;
  readonly publicBaseurl: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Registry;
  /** Where the decision trail goes. */
  readonly decisions: DecisionLog;
  /** Whether who is refused is told the id of the incident. */
  readonly tellsIncidents: boolean;
  /** The server's one client for the outside. */
  readonly fetch: Fetch;
  /** Sends requests to other servers in the name of this one. */
  readonly askServer: AskServer;
  /** In tests only. */
  readonly probe?: ModuleProbe | undefined;
  /** Whether the server itself serves a path. */
  serves(path: string): boolean;
}
