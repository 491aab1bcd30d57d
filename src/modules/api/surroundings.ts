import type { Counter, Gauge, Histogram } from 'prom-client';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';

/** What the module runs in. */
export interface SurroundingsApi {
  /** The name of this server, as in user ids. */
  readonly serverName: string;
  /** Where clients reach this server, with a slash at its end; undefined when the configuration does not say. */
  readonly publicBaseurl: string | undefined;
  /** What the module is called in the configuration. */
  readonly moduleName: string;
  /** The version of Plexus. */
  readonly serverVersion: string;
  /** The module's own log. */
  readonly log: Log;
  /** The server's time; tests turn it forward. */
  readonly clock: Clock;
  /** The server's time, in milliseconds since the epoch. */
  getCurrentTimeMsec(): number;
  /** The module's own numbers, shown among the server's as `plexus_module_<module>_<name>`. */
  readonly metrics: MetricsApi;
  /** Calls back when the server ends or the module is exchanged: the place to close what the module has opened. */
  onDispose(dispose: () => unknown): void;
  /** What is to outlive an exchange of the module, by a newer version or with another configuration, while the server runs. */
  onHandover(handover: Handover): void;
}

/** How a module passes on what it has in memory. Both may be async; questions that come meanwhile still go to the module that leaves. */
export interface Handover {
  /** Called on the module that leaves. @returns what structuredClone can copy */
  save(): unknown;
  /** Called on the one that takes its place, before it is asked anything. When it throws, the old one stays. */
  restore(state: unknown): unknown;
}

/** Makes numbers for Prometheus. Each is made once. */
export interface MetricsApi {
  counter<Label extends string>(name: string, help: string, labels?: readonly Label[]): Counter<Label>;
  gauge<Label extends string>(name: string, help: string, labels?: readonly Label[]): Gauge<Label>;
  histogram<Label extends string>(name: string, help: string, labels?: readonly Label[], buckets?: readonly number[]): Histogram<Label>;
}
