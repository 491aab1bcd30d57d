import { readFileSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import BetterSqlite3 from 'better-sqlite3';
import type { Cost, Usage } from './measured-process.ts';

/** ms; as exactly as the time is known in which nothing else is served. */
const RESOLUTION = 1;

/** Measures what its own process spends between two moments. */
export class CostMeter {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  #statements = 0;
  #began: { readonly usage: Usage; readonly statements: number } | undefined;

  constructor() {
    this.#countStatements();
  }

  usage(): Usage {
    const { user, system } = process.cpuUsage();
    return { cpu: (user + system) / 1000, memory: process.memoryUsage().rss / 1_048_576 };
  }

  /** Begins from what is left when nothing goes on. */
  async begin(): Promise<void> {
    for (let i = 0; i < 2; i++) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    forgetPeak();
    this.#delay.reset();
    this.#delay.enable();
    this.#began = { usage: this.usage(), statements: this.#statements };
  }

  end(): Cost {
    this.#delay.disable();
    if (this.#began === undefined) throw new Error('Nothing was begun');
    const { usage, statements } = this.#began;
    return {
      cpu: this.usage().cpu - usage.cpu,
      peak: peakMemory() - usage.memory,
      statements: this.#statements - statements,
      stall: this.#delay.max / 1e6,
    };
  }

  #countStatements(): void {
    const prototype = Object.getPrototypeOf(kept) as Record<'all' | 'get' | 'run', (...args: unknown[]) => unknown>;
    for (const name of ['all', 'get', 'run'] as const) {
      const original = prototype[name];
      const count = (): number => this.#statements++;
      prototype[name] = function (...args) {
        count();
        return original.apply(this, args);
      };
    }
  }
}

/** Neither is ever collected, for the reason that src/store/drivers/sqlite.ts gives. */
const database = new BetterSqlite3(':memory:');
const kept = database.prepare('select 1');

/** Linux keeps the peak of resident memory and can be told to forget it; elsewhere it is that since the start. */
function forgetPeak(): void {
  if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5');
}

/** MiB */
function peakMemory(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1024;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
}
