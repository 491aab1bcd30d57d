import { Counter, Gauge, Histogram, type Metric, type Registry } from 'prom-client';
import type { MetricsApi } from './surroundings.ts';

/** The numbers of one module. */
export function ownMetrics(registry: Registry, module: string): MetricsApi {
  const settings = <Label extends string>(name: string, help: string, labels: readonly Label[]) => ({
    name: `plexus_module_${module}_${name}`.replaceAll(/[^a-zA-Z0-9_]/g, '_'),
    help,
    labelNames: labels,
    registers: [registry],
  });
  /** A module that was exchanged goes on counting where the one before it ended. */
  const once = <M extends Metric>(name: string, kind: new (...args: never[]) => M, make: () => M): M => {
    const there = registry.getSingleMetric(settings(name, '', []).name);
    if (there instanceof kind) return there;
    if (there !== undefined) registry.removeSingleMetric(settings(name, '', []).name);
    return make();
  };
  return {
    counter: (name, help, labels = []) => once(name, Counter, () => new Counter(settings(name, help, labels))),
    gauge: (name, help, labels = []) => once(name, Gauge, () => new Gauge(settings(name, help, labels))),
    histogram: (name, help, labels = [], buckets) =>
      once(name, Histogram, () => new Histogram({ ...settings(name, help, labels), ...(buckets !== undefined && { buckets: [...buckets] }) })),
  };
}
