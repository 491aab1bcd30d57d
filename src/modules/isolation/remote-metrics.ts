import type { MetricsApi } from '../api/surroundings.ts';
import type { Peer } from './peer.ts';

const KINDS = { counter: ['inc'], gauge: ['set', 'inc', 'dec'], histogram: ['observe'] } as const;
type Kind = keyof typeof KINDS;
type Settings = readonly [name: string, help: string, labels?: readonly string[], buckets?: readonly number[]];

/** Numbers that a module in a thread makes; they are kept in the server's. */
export function remoteMetrics(peer: Peer): MetricsApi {
  const make =
    (kind: Kind) =>
    (...settings: Settings): object => {
      const tell = (method: string, args: readonly unknown[]): void => void peer.call('metric', kind, settings, method, args).catch(() => undefined);
      return Object.fromEntries(KINDS[kind].map((method) => [method, (...args: readonly unknown[]) => tell(method, args)]));
    };
  return { counter: make('counter'), gauge: make('gauge'), histogram: make('histogram') } as unknown as MetricsApi;
}

/** In the server's thread: makes each number once and changes it. */
export function metricsForThread(metrics: MetricsApi) {
  const made = new Map<string, Record<string, (...args: readonly unknown[]) => void>>();
  return (kind: unknown, settings: unknown, method: unknown, args: unknown): void => {
    const [name] = settings as Settings;
    const metric = made.get(name) ?? (metrics[kind as Kind] as unknown as (...args: Settings) => never)(...(settings as Settings));
    made.set(name, metric);
    metric[method as string]?.(...(args as readonly unknown[]));
  };
}
