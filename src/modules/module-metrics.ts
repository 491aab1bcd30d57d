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
const CALLS_TOGETHER = 4_096;

/**
 * Calls that are not added yet: the numbers of many modules, fetched from memory one by one, would cost a message more than its modules do.
 * They lie in rows, so that none of them is an object of its own.
 */
class Calls {
  readonly #accounts = new Uint32Array(CALLS_TOGETHER);
  readonly #ms = new Float64Array(CALLS_TOGETHER);
  #count = 0;

  get areMany(): boolean {
    return this.#count === CALLS_TOGETHER;
  }

  note(account: number, ms: number): void {
    this.#accounts[this.#count] = account;
    this.#ms[this.#count] = ms;
    this.#count += 1;
  }

  /** Hands them out, once. */
  take(each: (account: number, ms: number) => void): void {
    const count = this.#count;
    this.#count = 0;
    for (let index = 0; index < count; index++) each(this.#accounts[index] as number, this.#ms[index] as number);
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
  /** By account. */
  readonly #figures: Figures[] = [];
  readonly #accounts = new Map<string, number>();

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

  /** Where the calls of a callback are counted. A module that was exchanged goes on counting where the one before it ended. */
  accountOf({ name, shadow }: Measured, callback: string): number {
    const key = `${name} ${callback} ${shadow}`;
    const known = this.#accounts.get(key);
    if (known !== undefined) return known;
    const none = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
    const account = this.#figures.push({ times: new AskedTimes(name, callback), shadow, outcomes: none }) - 1;
    this.#accounts.set(key, account);
    return account;
  }

  called(account: number, ms: number): void {
    this.#calls.note(account, ms);
    if (this.#calls.areMany) this.#addCalls();
  }

  decided(module: Measured, callback: string, outcome: Counted): void {
    this.#addCalls();
    (module.shadow ? this.#shadow : this.#real)[outcome].inc({ module: module.name, callback });
    this.#figuresOf(this.accountOf(module, callback)).outcomes[outcome] += 1;
  }

  parked(module: string, parked: boolean): void {
    this.#parked.set({ module }, parked ? 1 : 0);
  }

  /** All numbers since the start. */
  figures(): readonly CallbackFigures[] {
    return this.#used().map(({ times: { module, callback, calls, totalMs, slowestMs }, shadow, outcomes: counted }) => {
      const { refused, replaced, answered, failed } = counted;
      const allowed = calls - refused - replaced - answered - failed;
      return { module, callback, shadow, calls, totalMs, slowestMs, outcomes: { ...counted, allowed } };
    });
  }

  /** In shadow mode or not: Prometheus is told of both together. */
  #times(): Iterable<AskedTimes> {
    const sums = new Map<string, AskedTimes>();
    for (const { times } of this.#used()) {
      const key = `${times.module} ${times.callback}`;
      sums.set(key, sums.get(key)?.plus(times) ?? times);
    }
    return sums.values();
  }

  /** Of the callbacks that were asked, or would have been. */
  #used(): readonly Figures[] {
    this.#addCalls();
    return this.#figures.filter(({ times, outcomes: { parked } }) => times.calls > 0 || parked > 0);
  }

  #addCalls(): void {
    this.#calls.take((account, ms) => this.#figuresOf(account).times.add(ms));
  }

  #figuresOf(account: number): Figures {
    return this.#figures[account] as Figures;
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
