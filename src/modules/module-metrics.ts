import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Outcome } from './decisions.ts';

const LABELS = ['module', 'callback'] as const;

/** The modules' numbers for Prometheus, per module and callback. */
export class ModuleMetrics {
  readonly #seconds: Histogram<(typeof LABELS)[number]>;
  readonly #outcomes: Readonly<Record<Outcome, Counter<(typeof LABELS)[number]>>>;
  readonly #parked: Gauge<'module'>;

  constructor(registry: Registry) {
    const counter = (name: string, help: string): Counter<(typeof LABELS)[number]> =>
      new Counter({ name: `plexus_module_${name}_total`, help, labelNames: LABELS, registers: [registry] });
    this.#seconds = new Histogram({
      name: 'plexus_module_seconds',
      help: 'How long modules take to answer; its count is the number of calls',
      labelNames: LABELS,
      buckets: [0.0001, 0.001, 0.01, 0.1, 1, 5],
      registers: [registry],
    });
    this.#outcomes = {
      refused: counter('refusals', 'What modules refused'),
      replaced: counter('replacements', 'Events that modules put others in the place of'),
      answered: counter('answers', 'Answers out of the ordinary: expired accounts, hidden profiles, shadow bans'),
      failed: counter('failures', 'Calls in which a module threw, was too slow or answered nonsense'),
      parked: counter('parked', 'Questions that a module was not asked because it had failed too often'),
    };
    this.#parked = new Gauge({
      name: 'plexus_module_is_parked',
      help: '1 while a module is not asked because it failed too often',
      labelNames: ['module'],
      registers: [registry],
    });
  }

  called(module: string, callback: string, ms: number): void {
    this.#seconds.observe({ module, callback }, ms / 1000);
  }

  decided(module: string, callback: string, outcome: Outcome): void {
    this.#outcomes[outcome].inc({ module, callback });
  }

  parked(module: string, parked: boolean): void {
    this.#parked.set({ module }, parked ? 1 : 0);
  }
}
