import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { TSchema } from '@sinclair/typebox';
import { nearestName } from '../../core/nearest-name.ts';
import { ConfigError, ConfigErrors } from '../config-error.ts';

/** To compile a schema costs far more than to use it, and a module is started more than once: for each of its entries, and in each test. */
const compiled = new WeakMap<TSchema, ValidateFunction>();

/**
 * Checks a module's configuration against its schema and fills in the defaults.
 * @param config is changed in place
 * @throws ConfigErrors with every mistake
 */
export function readWithSchema(schema: TSchema, config: unknown): unknown {
  const check = compiled.get(schema) ?? compile(schema);
  compiled.set(schema, check);
  if (check(config)) return config;
  throw new ConfigErrors((check.errors ?? []).map(configError));
}

const compile = (schema: TSchema): ValidateFunction =>
  new Ajv({ allErrors: true, useDefaults: true, strict: false, verbose: true, logger: { log: refuse, warn: refuse, error: refuse } }).compile(schema);

/** What the schema asks for and nobody would check: a `format`. */
function refuse(complaint: string): never {
  throw new ConfigError(`its schema cannot be used (${complaint}): write a pattern in the place of a format`);
}

function configError({ keyword, instancePath, message, params, parentSchema }: ErrorObject): ConfigError {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (keyword === 'additionalProperties') {
    const name = String(params['additionalProperty']);
    const known = Object.keys((parentSchema?.['properties'] as object | undefined) ?? {});
    const nearest = nearestName(name, known);
    return new ConfigError(`${name} is not a known key; ${nearest === undefined ? `known are ${known.join(', ')}` : `did you mean ${nearest}?`}`, [
      ...path,
      name,
    ]);
  }
  if (keyword === 'required') return new ConfigError(`${String(params['missingProperty'])} is missing`, path);
  const allowed: unknown = params['allowedValues'];
  return new ConfigError(`${path.at(-1) ?? 'it'} ${message ?? 'is wrong'}${Array.isArray(allowed) ? `: ${allowed.join(', ')}` : ''}`, path);
}
