import { Gauge, type Registry } from 'prom-client';
import type { Clock, Timer } from '../../kernel/clock.ts';
import type { Leak, LeakyModule } from '../../kernel/module-administration.ts';
import type { Consulted } from '../handler.ts';
import { openedByModules } from './opened-by-modules.ts';

/** How long what ends by itself is given after its module, ms: a last reply, a connection that is kept for the next request. */
const GRACE = 10_000;

/** What modules that have ended left open, as long as it is. Callbacks, web resources and background calls are not among it: the server ends them. */
export class ModuleLeaks {
  readonly #clock: Clock;
  readonly #running = new Set<Consulted>();
  /** Those that have ended a moment ago. */
  readonly #ending = new Map<Consulted, Timer>();
  readonly #leaky = new Set<Consulted>();

  constructor(clock: Clock, registry: Registry) {
    this.#clock = clock;
    const all = (): readonly LeakyModule[] => this.all();
    const gauge = new Gauge({
      name: 'plexus_module_leaks',
      help: 'Timers, connections and the like that modules left open which were removed or exchanged',
      labelNames: ['module'],
      registers: [],
      collect() {
        this.reset();
        for (const { name, leaks } of all()) for (const { count } of leaks) this.inc({ module: name }, count);
      },
    });
    registry.registerMetric(gauge);
  }

  /** Begins to note what a module opens. */
  watch(module: Consulted): void {
    this.#running.add(module);
    openedByModules.watch(module);
  }

  /** Says in the log, after a while, what a module that has ended left open. */
  hasEnded(module: Consulted): void {
    if (!this.#running.delete(module)) return;
    this.#ending.set(
      module,
      this.#clock.after(GRACE, () => this.#look(module)),
    );
  }

  /** What the modules left open that had this name. */
  of(name: string): readonly Leak[] {
    return counted([...this.#leaky].filter((module) => module.name === name).flatMap((module) => openedByModules.leftOpenBy(module)));
  }

  /** By name, without those that left nothing. */
  all(): readonly LeakyModule[] {
    const names = new Set([...this.#leaky].map(({ name }) => name));
    return [...names].map((name) => ({ name, leaks: this.of(name) })).filter(({ leaks }) => leaks.length > 0);
  }

  /** Nothing is noted any more. */
  close(): void {
    for (const timer of this.#ending.values()) timer.cancel();
    for (const module of [...this.#running, ...this.#ending.keys(), ...this.#leaky]) openedByModules.forget(module);
  }

  #look(module: Consulted): void {
    this.#ending.delete(module);
    const leaks = counted(openedByModules.leftOpenBy(module));
    if (leaks.length === 0) {
      openedByModules.forget(module);
      return;
    }
    this.#leaky.add(module);
    const said = leaks.map(({ what, count }) => (count === 1 ? what : `${count} times ${what}`)).join(', ');
    module.log.warn({ leaks }, `${module.name} has ended and left open: ${said}. It stays so until the server is started again`);
  }
}

function counted(all: readonly string[]): readonly Leak[] {
  const counts = new Map<string, number>();
  for (const what of all) counts.set(what, (counts.get(what) ?? 0) + 1);
  return [...counts].map(([what, count]) => ({ what, count }));
}
