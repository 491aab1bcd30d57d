import { Counter, Gauge, type Registry } from 'prom-client';
import { OUTCOMES, type CallbackFigures, type Outcome } from '../kernel/decisions.ts';
import { AskedTimes, registerTimes } from './asked-times.ts';

const LABELS = ['module', 'callback'] as const;

/** What is counted by itself: what is allowed is the rest of the calls. */
type Counted = Exclude<Outcome, 'allowed'>;
type Outcomes = Readonly<Record<Counted, Counter<(typeof LABELS)[number]>>>;

/** Whose numbers they are. */
interface Measured {
  readonly name: string;
  readonly shadow: boolean;
}

/** How many calls are added at once. */
const CALLS_TOGETHER = 1_000;

/**
 * Calls that are not added yet: the numbers of many modules, fetched from memory one by one, would cost a message more than its modules do.
 * They lie in rows, so that none of them is an object of its own.
 */
class Calls {
  readonly #modules: Measured[] = [];
  readonly #callbacks: string[] = [];
  readonly #ms = new Float64Array(CALLS_TOGETHER);
  #count = 0;

  get areMany(): boolean {
    return this.#count === CALLS_TOGETHER;
  }

  note(module: Measured, callback: string, ms: number): void {
    this.#modules[this.#count] = module;
    this.#callbacks[this.#count] = callback;
    this.#ms[this.#count] = ms;
    this.#count += 1;
  }

  /** Hands them out, once. */
  take(each: (module: Measured, callback: string, ms: number) => void): void {
    const count = this.#count;
    this.#count = 0;
    for (let index = 0; index < count; index++) each(this.#modules[index] as Measured, this.#callbacks[index] as string, this.#ms[index] as number);
  }
}

/** The numbers of one callback of one module, as they grow. */
interface Figures {
  readonly times: AskedTimes;
  readonly shadow: boolean;
  readonly outcomes: Record<Outcome, number>;
}

/** The modules' numbers, per module and callback: for Prometheus and for the admin API. What modules in shadow mode would have done is counted apart. */
export class ModuleMetrics {
  readonly #real: Outcomes;
  readonly #shadow: Outcomes;
  readonly #parked: Gauge<'module'>;
  readonly #calls = new Calls();
  readonly #figures = new Map<string, Figures>();
  /** The same by the module itself, which is found faster. */
  readonly #ofModules = new WeakMap<Measured, Map<string, Figures>>();

  constructor(registry: Registry) {
    const help = 'How long modules take to answer; its count is the number of calls';
    registerTimes(registry, 'plexus_module_seconds', help, () => this.#times());
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
    this.#calls.note(module, callback, ms);
    if (this.#calls.areMany) this.#addCalls();
  }

  decided(module: Measured, callback: string, outcome: Counted): void {
    this.#addCalls();
    (module.shadow ? this.#shadow : this.#real)[outcome].inc({ module: module.name, callback });
    this.#figuresOf(module, callback).outcomes[outcome] += 1;
  }

  parked(module: string, parked: boolean): void {
    this.#parked.set({ module }, parked ? 1 : 0);
  }

  /** All numbers since the start. */
  figures(): readonly CallbackFigures[] {
    this.#addCalls();
    return [...this.#figures.values()].map(({ times: { module, callback, calls, totalMs, slowestMs }, shadow, outcomes: counted }) => {
      const { refused, replaced, answered, failed } = counted;
      const allowed = calls - refused - replaced - answered - failed;
      return { module, callback, shadow, calls, totalMs, slowestMs, outcomes: { ...counted, allowed } };
    });
  }

  /** In shadow mode or not: Prometheus is told of both together. */
  #times(): Iterable<AskedTimes> {
    this.#addCalls();
    const sums = new Map<string, AskedTimes>();
    for (const { times } of this.#figures.values()) {
      const key = `${times.module} ${times.callback}`;
      sums.set(key, sums.get(key)?.plus(times) ?? times);
    }
    return sums.values();
  }

  #addCalls(): void {
    this.#calls.take((module, callback, ms) => this.#figuresOf(module, callback).times.add(ms));
  }

  #figuresOf(module: Measured, callback: string): Figures {
    let ofModule = this.#ofModules.get(module);
    if (ofModule === undefined) this.#ofModules.set(module, (ofModule = new Map()));
    let figures = ofModule.get(callback);
    if (figures === undefined) ofModule.set(callback, (figures = this.#named(module, callback)));
    return figures;
  }

  /** A module that was exchanged goes on counting where the one before it ended. */
  #named({ name, shadow }: Measured, callback: string): Figures {
    const key = `${name} ${callback} ${shadow}`;
    let figures = this.#figures.get(key);
    if (figures === undefined) {
      const none = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
      figures = { times: new AskedTimes(name, callback), shadow, outcomes: none };
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
