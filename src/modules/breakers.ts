import type { Clock } from '../kernel/clock.ts';
import { Breaker } from './breaker.ts';
import type { Consulted } from './handler.ts';
import type { ModuleMetrics } from './module-metrics.ts';

/** The breakers of all modules that fail: of one that works nothing has to be remembered. */
export class Breakers {
  readonly #metrics: ModuleMetrics;
  readonly #now: () => number;
  readonly #failing = new Map<Consulted, Breaker>();
  readonly #ended = new WeakSet<Consulted>();

  constructor(clock: Clock, metrics: ModuleMetrics) {
    this.#metrics = metrics;
    this.#now = () => clock.now();
  }

  /** Whether no module fails. */
  get areIdle(): boolean {
    return this.#failing.size === 0;
  }

  /** Whether the module may be asked now. */
  admits(module: Consulted): boolean {
    // Looking a module up fetches it from memory, which every message would have to wait for.
    return this.areIdle || this.#failing.get(module)?.admits(this.#now) !== false;
  }

  /** Until when the module is parked, in ms since the epoch; undefined when it is asked. */
  parkedUntil(module: Consulted): number | undefined {
    return this.#failing.get(module)?.parkedUntil;
  }

  /** The module has ended: what it still fails in is of no interest. */
  forget(module: Consulted): void {
    this.#ended.add(module);
    this.#failing.delete(module);
  }

  failed(module: Consulted): void {
    if (this.#ended.has(module)) return;
    const breaker = this.#failing.get(module) ?? new Breaker();
    this.#failing.set(module, breaker);
    const pause = breaker.failed(this.#now());
    if (pause === undefined) return;
    this.#metrics.parked(module.name, true);
    module.log.error(
      { module: module.name, pause },
      `${module.name} failed too often and is not asked for ${pause / 1000} s; its failure policy holds`,
    );
  }

  worked(module: Consulted): void {
    const breaker = this.#failing.get(module);
    if (breaker === undefined) return;
    const hasRecovered = breaker.succeeded();
    // One that is parked stays so, whatever it answers to what it was asked before.
    if (breaker.parkedUntil === undefined) this.#failing.delete(module);
    if (!hasRecovered) return;
    this.#metrics.parked(module.name, false);
    module.log.warn({ module: module.name }, `${module.name} works again and is asked as before`);
  }
}
