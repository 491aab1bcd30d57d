import type { Metric, Registry } from 'prom-client';

/** Seconds up to which each bucket counts. */
const BUCKETS = [0.0001, 0.001, 0.01, 0.1, 1, 5] as const;

/** How long one callback of one module took, added up. */
export class AskedTimes {
  readonly module: string;
  readonly callback: string;
  calls = 0;
  totalMs = 0;
  slowestMs = 0;
  /** Calls by the first bucket into which they fall; the last place is for those that were slower than all buckets. */
  readonly counts: number[] = Array.from({ length: BUCKETS.length + 1 }, () => 0);

  constructor(module: string, callback: string) {
    this.module = module;
    this.callback = callback;
  }

  /** Both together. */
  plus(other: AskedTimes): AskedTimes {
    const sum = new AskedTimes(this.module, this.callback);
    sum.calls = this.calls + other.calls;
    sum.totalMs = this.totalMs + other.totalMs;
    sum.slowestMs = Math.max(this.slowestMs, other.slowestMs);
    for (const index of sum.counts.keys()) sum.counts[index] = (this.counts[index] ?? 0) + (other.counts[index] ?? 0);
    return sum;
  }

  add(ms: number): void {
    this.calls += 1;
    this.totalMs += ms;
    if (ms > this.slowestMs) this.slowestMs = ms;
    let bucket = 0;
    while (bucket < BUCKETS.length && ms > (BUCKETS[bucket] ?? 0) * 1000) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
  }
}

interface Value {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/**
 * Shows times as a histogram of Prometheus. They are put together when somebody looks: prom-client's own histogram takes as long for each
 * observation as a plain module takes to answer.
 */
export function registerTimes(registry: Registry, name: string, help: string, all: () => Iterable<AskedTimes>): void {
  const values = (times: AskedTimes): Value[] => {
    const { module, callback, counts, calls, totalMs } = times;
    let below = 0;
    const buckets = BUCKETS.map((le, index) => {
      below += counts[index] ?? 0;
      return { metricName: `${name}_bucket`, labels: { module, callback, le }, value: below };
    });
    return [
      ...buckets,
      { metricName: `${name}_bucket`, labels: { module, callback, le: '+Inf' }, value: calls },
      { metricName: `${name}_sum`, labels: { module, callback }, value: totalMs / 1000 },
      { metricName: `${name}_count`, labels: { module, callback }, value: calls },
    ];
  };
  const metric = { name, help, get: async () => ({ name, help, type: 'histogram', aggregator: 'sum', values: [...all()].flatMap(values) }) };
  registry.registerMetric(metric as unknown as Metric);
}
