import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Schema } from '../kernel/schema.ts';

/**
 * Checks values against schemas. A schema is compiled when it is first used: compiling all of them at the start would cost seconds.
 */
export class Validator {
  readonly #ajv: Ajv;
  readonly #compiled = new WeakMap<object, ValidateFunction>();

  /** @param coerce turns strings into the numbers and booleans that a schema wants, for query strings */
  constructor(options: { readonly coerce: boolean }) {
    this.#ajv = new Ajv({ strict: false, allErrors: false, useDefaults: options.coerce, coerceTypes: options.coerce ? 'array' : false });
  }

  /** @returns undefined when the value fits, else what is wrong with it in words */
  problem(schema: Schema, value: unknown): string | undefined {
    let check = this.#compiled.get(schema);
    if (check === undefined) {
      check = this.#ajv.compile(schema);
      this.#compiled.set(schema, check);
    }
    return check(value) ? undefined : describe(check.errors?.[0]);
  }
}

function describe(error: ErrorObject | undefined): string {
  if (error === undefined) return 'The value does not fit';
  const where = error.instancePath === '' ? 'The value' : error.instancePath.slice(1).replaceAll('/', '.');
  const allowed: unknown = error.params['allowedValues'];
  return `${where} ${error.message ?? 'does not fit'}${Array.isArray(allowed) ? `: ${allowed.join(', ')}` : ''}`;
}
