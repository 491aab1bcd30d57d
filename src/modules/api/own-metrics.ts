import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { MetricsApi } from './surroundings.ts';

/** The numbers of one module. */
export function ownMetrics(registry: Registry, module: string): MetricsApi {
  const settings = <Label extends string>(name: string, help: string, labels: readonly Label[]) => ({
    name: `plexus_module_${module}_${name}`.replaceAll(/[^a-zA-Z0-9_]/g, '_'),
    help,
    labelNames: labels,
    registers: [registry],
  });
  return {
    counter: (name, help, labels = []) => new Counter(settings(name, help, labels)),
    gauge: (name, help, labels = []) => new Gauge(settings(name, help, labels)),
    histogram: (name, help, labels = [], buckets) =>
      new Histogram({ ...settings(name, help, labels), ...(buckets !== undefined && { buckets: [...buckets] }) }),
  };
}
