import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';
import type { Endpoint } from '../kernel/endpoint.ts';

/** The server's numbers for Prometheus. */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests = new Histogram({
    name: 'plexus_request_seconds',
    help: 'Time from the first byte of a request to its reply',
    labelNames: ['method', 'endpoint'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
    registers: [this.registry],
  });
  readonly #replies = new Counter({
    name: 'plexus_replies_total',
    help: 'Replies by status',
    labelNames: ['method', 'endpoint', 'status'] as const,
    registers: [this.registry],
  });

  /** @param processMetrics memory, CPU and event loop of this process: once a process */
  constructor(options: { readonly processMetrics: boolean }) {
    if (options.processMetrics) collectDefaultMetrics({ register: this.registry });
  }

  observe(endpoint: Endpoint, status: number, seconds: number): void {
    this.#requests.observe({ method: endpoint.method, endpoint: endpoint.path }, seconds);
    this.#replies.inc({ method: endpoint.method, endpoint: endpoint.path, status });
  }
}
