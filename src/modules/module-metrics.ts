import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { OUTCOMES, type CallbackFigures, type Outcome } from '../kernel/decisions.ts';

const LABELS = ['module', 'callback'] as const;

/** What is counted by itself: what is allowed is the rest of the calls. */
type Counted = Exclude<Outcome, 'allowed'>;
type Outcomes = Readonly<Record<Counted, Counter<(typeof LABELS)[number]>>>;

/** Whose numbers they are. */
interface Measured {
  readonly name: string;
  readonly shadow: boolean;
}

/** The numbers of one callback of one module, as they grow. */
interface Figures extends CallbackFigures {
  calls: number;
  totalMs: number;
  slowestMs: number;
  readonly outcomes: Record<Outcome, number>;
}

/** The modules' numbers, per module and callback: for Prometheus and for the admin API. What modules in shadow mode would have done is counted apart. */
export class ModuleMetrics {
  readonly #seconds: Histogram<(typeof LABELS)[number]>;
  readonly #real: Outcomes;
  readonly #shadow: Outcomes;
  readonly #parked: Gauge<'module'>;
  readonly #figures = new Map<string, Figures>();

  constructor(registry: Registry) {
    this.#seconds = new Histogram({
      name: 'plexus_module_seconds',
      help: 'How long modules take to answer; its count is the number of calls',
      labelNames: LABELS,
      buckets: [0.0001, 0.001, 0.01, 0.1, 1, 5],
      registers: [registry],
    });
    this.#real = outcomes(registry, '', '');
    this.#shadow = outcomes(registry, 'shadow_', 'Without effect, in shadow mode: ');
    this.#parked = new Gauge({
      name: 'plexus_module_is_parked',
      help: '1 while a module is not asked because it failed too often',
      labelNames: ['module'],
      registers: [registry],
    });
  }

  called(module: Measured, callback: string, ms: number): void {
    this.#seconds.observe({ module: module.name, callback }, ms / 1000);
    const figures = this.#figuresOf(module, callback);
    figures.calls += 1;
    figures.totalMs += ms;
    figures.slowestMs = Math.max(figures.slowestMs, ms);
  }

  decided(module: Measured, callback: string, outcome: Counted): void {
    (module.shadow ? this.#shadow : this.#real)[outcome].inc({ module: module.name, callback });
    this.#figuresOf(module, callback).outcomes[outcome] += 1;
  }

  parked(module: string, parked: boolean): void {
    this.#parked.set({ module }, parked ? 1 : 0);
  }

  /** All numbers since the start. */
  figures(): readonly CallbackFigures[] {
    return [...this.#figures.values()].map((figures) => {
      const { refused, replaced, answered, failed } = figures.outcomes;
      return { ...figures, outcomes: { ...figures.outcomes, allowed: figures.calls - refused - replaced - answered - failed } };
    });
  }

  #figuresOf({ name: module, shadow }: Measured, callback: string): Figures {
    const key = `${module} ${callback} ${shadow}`;
    let figures = this.#figures.get(key);
    if (figures === undefined) {
      const none = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
      figures = { module, callback, shadow, calls: 0, totalMs: 0, slowestMs: 0, outcomes: none };
      this.#figures.set(key, figures);
    }
    return figures;
  }
}

function outcomes(registry: Registry, prefix: string, before: string): Outcomes {
  const counter = (name: string, help: string): Counter<(typeof LABELS)[number]> =>
    new Counter({ name: `plexus_module_${prefix}${name}_total`, help: before + help, labelNames: LABELS, registers: [registry] });
  return {
    refused: counter('refusals', 'What modules refused'),
    replaced: counter('replacements', 'Events and requests that modules put others in the place of'),
    answered: counter('answers', 'Answers out of the ordinary: expired accounts, hidden profiles, shadow bans'),
    failed: counter('failures', 'Calls in which a module threw, was too slow or answered nonsense'),
    parked: counter('parked', 'Questions that a module was not asked because it had failed too often'),
  };
}
