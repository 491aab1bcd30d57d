import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Schema } from '../kernel/schema.ts';

/**
 * Checks values against schemas. A schema is compiled when it is first used: compiling all of them at the start would cost seconds.
 */
export class Validator {
  readonly #ajv: Ajv;
  readonly #compiled = new WeakMap<object, ValidateFunction>();
  readonly #coerces: boolean;

  /** @param coerce turns strings into the numbers and booleans that a schema wants, for query strings */
  constructor(options: { readonly coerce: boolean }) {
    this.#coerces = options.coerce;
    const { coerce } = options;
    // That schemas are right is for a test to see: to check one takes as long as to compile it.
    this.#ajv = new Ajv({ strict: false, allErrors: false, validateSchema: false, useDefaults: coerce, coerceTypes: coerce ? 'array' : false });
  }

  /** @returns undefined when the value fits, else what is wrong with it in words */
  problem(schema: Schema, value: unknown): string | undefined {
    let check = this.#compiled.get(schema);
    if (check === undefined) {
      check = this.#ajv.compile(schema);
      this.#compiled.set(schema, check);
    }
    if (!check(value)) return describe(check.errors?.[0]);
    return this.#coerces ? uncountable(value as object) : undefined;
  }
}

function describe(error: ErrorObject | undefined): string {
  if (error === undefined) return 'The value does not fit';
  const where = error.instancePath === '' ? 'The value' : error.instancePath.slice(1).replaceAll('/', '.');
  const allowed: unknown = error.params['allowedValues'];
  return `${where} ${error.message ?? 'does not fit'}${Array.isArray(allowed) ? `: ${allowed.join(', ')}` : ''}`;
}

/** The texts "Infinity" and "1e400" become a number that passes every check, and with which nobody can count. */
function uncountable(values: object): string | undefined {
  const found = Object.entries(values).find(([, value]) => typeof value === 'number' && !Number.isSafeInteger(value));
  return found && `${found[0]} must be an integer of at most ${Number.MAX_SAFE_INTEGER}`;
}
