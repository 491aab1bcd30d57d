import type { Work } from '../../kernel/work.ts';
import type { Actions, Usage } from '../actions.ts';
import type { Growth, Statement } from './own-tables.ts';

/** A module wants to keep more than it may. What it was writing is not stored. */
export class QuotaExceeded extends Error {
  override readonly name = 'QuotaExceeded';
}

const DEFAULT_BYTES = 1_073_741_824;
/** How many times the bytes of a statement a table may grow by it, with its indexes. */
const OVERHEAD = 8;

/**
 * Holds a module to what it may keep. Values by key are counted as they come. What stands in tables is measured only when, by what was
 * written since, it may have come near the quota: measuring reads the tables.
 */
export class Quota {
  readonly #module: string;
  readonly #limit: Usage;
  /** What the tables held, at most; undefined before they were measured. */
  #tables: Usage | undefined;

  constructor(module: string, { bytes = DEFAULT_BYTES, rows = Infinity }: Partial<Usage> = {}) {
    this.#module = module;
    this.#limit = { bytes, rows };
  }

  /** @throws QuotaExceeded when what a transaction has stored by key is too much */
  *checkValues({ values, tables }: Actions): Work<void> {
    this.#tables ??= yield* tables.usageOf(this.#module);
    const kept = sum(yield* values.usageOf(this.#module), this.#tables);
    if (!this.#exceeds(kept)) return;
    // Perhaps the tables have become smaller.
    this.#tables = yield* tables.usageOf(this.#module);
    this.#refuse(sum(yield* values.usageOf(this.#module), this.#tables));
  }

  /** @throws QuotaExceeded when what a transaction has stored in tables is too much */
  *checkTables(server: Actions, statements: readonly Statement[], args: number): Work<void> {
    const growing = statements.filter(({ grows }) => grows);
    if (growing.length === 0) return;
    const byKey = yield* server.values.usageOf(this.#module);
    const bound = this.#tables && growing.reduce<Usage | undefined>((all, { grows }) => grown(all, grows, args), this.#tables);
    this.#tables = bound;
    if (bound !== undefined && !this.#exceeds(sum(byKey, bound))) return;
    const measured = yield* server.tables.usageOf(this.#module);
    // When it is refused, all of it is undone, and has to be measured again.
    this.#tables = undefined;
    this.#refuse(sum(byKey, measured));
    this.#tables = measured;
  }

  #exceeds({ rows, bytes }: Usage): boolean {
    return rows > this.#limit.rows || bytes > this.#limit.bytes;
  }

  #refuse(kept: Usage): void {
    if (!this.#exceeds(kept)) return;
    const what = kept.bytes > this.#limit.bytes ? `${this.#limit.bytes} bytes` : `${this.#limit.rows} rows`;
    throw new QuotaExceeded(
      `${this.#module} may keep ${what}, and would have ${kept.bytes} bytes in ${kept.rows} rows (quota of the module in the configuration): nothing was stored`,
    );
  }
}

/** @returns undefined when nobody knows */
function grown(tables: Usage | undefined, grows: Growth | undefined, args: number): Usage | undefined {
  if (tables === undefined || grows === undefined) return tables;
  if (grows === 'any') return undefined;
  const times = grows.inEachRow ? Math.max(tables.rows, 1) : 1;
  return sum(tables, { rows: grows.rows, bytes: (grows.bytes + args) * OVERHEAD * times });
}

const sum = (one: Usage, other: Usage): Usage => ({ rows: one.rows + other.rows, bytes: one.bytes + other.bytes });
