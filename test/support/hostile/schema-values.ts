import fc from 'fast-check';
import type { Schema } from '../../../src/kernel/schema.ts';
import { hostileObject, hostileText, hostileValue, NUMBERS, ownKeys } from './values.ts';

/** Strings that exist, by the name of the key or parameter that holds them. */
export type Known = Readonly<Record<string, readonly string[]>>;

export const poolOf = (known: Known): readonly string[] => [...new Set(Object.values(known).flat())];

/** Values that a schema takes, with what is known in most places: what passes validation is what reaches the server's depths. */
export function fitting(schema: Schema, name: string, known: Known): fc.Arbitrary<unknown> {
  if (name === 'auth') return authentication(known);
  if (schema['const'] !== undefined) return fc.constant(schema['const']);
  const choices = schema['anyOf'] as Schema[] | undefined;
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => fitting(choice, name, known)));
  const parts = schema['allOf'] as Schema[] | undefined;
  if (parts !== undefined) {
    return fc.tuple(...parts.map((part) => fitting(part, name, known))).map((values) => Object.assign({}, ...values) as unknown);
  }
  switch (schema['type']) {
    case 'string':
      return fittingText(schema, name, known);
    case 'integer':
    case 'number':
      return fittingNumber(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(fitting(schema['items'] as Schema, name, known), { maxLength: 4 });
    case 'object':
      return fittingObject(schema, known);
    default:
      return hostileValue(poolOf(known));
  }
}

function fittingText(schema: Schema, name: string, known: Known): fc.Arbitrary<string> {
  const allowed = schema['enum'] as string[] | undefined;
  if (allowed !== undefined) return fc.constantFrom(...allowed);
  const named = known[name];
  const text = hostileText(poolOf(known)).filter((value) => value.length <= ((schema['maxLength'] as number | undefined) ?? Infinity));
  return named === undefined ? text : fc.oneof({ weight: 9, arbitrary: knownText(named) }, { weight: 1, arbitrary: text });
}

/** What is named first is meant most often: it is the own one. */
export const knownText = (texts: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(texts[0] ?? '') }, { weight: 1, arbitrary: fc.constantFrom(...texts) });

const fittingNumber = (schema: Schema): fc.Arbitrary<number> => {
  const min = (schema['minimum'] as number | undefined) ?? Number.MIN_SAFE_INTEGER;
  const max = (schema['maximum'] as number | undefined) ?? Number.MAX_SAFE_INTEGER;
  const edges = [min, max, 0, 1, 10, -1, 1e9, 2 ** 31, 2 ** 40, Date.now()].filter((value) => value >= min && value <= max);
  return fc.constantFrom(...edges);
};

/** What confirms a request by the user's password, mostly. */
function authentication(known: Known): fc.Arbitrary<unknown> {
  const right = { type: 'm.login.password', password: 'secret', identifier: { type: 'm.id.user', user: known['userId']?.[0] ?? '' } };
  const wrong = fc.record({
    type: fc.constantFrom('m.login.password', 'm.login.dummy', 'm.login.registration_token', 'm.login.email.identity', 'x'),
    password: fc.constantFrom('secret', 'wrong'),
    identifier: fc.constantFrom(right.identifier, {}, { type: 'm.id.thirdparty', medium: 'email', address: 'a@example.org' }),
    session: fc.constantFrom(undefined, 'unknown'),
  });
  return fc.oneof(fc.constantFrom(right, { type: 'm.login.dummy' }), wrong);
}

function fittingObject(schema: Schema, known: Known): fc.Arbitrary<Record<string, unknown>> {
  const pattern = Object.values((schema['patternProperties'] ?? {}) as Record<string, Schema>)[0];
  if (pattern !== undefined) {
    const key = fc.oneof(knownText(known['userId'] ?? []), fc.constantFrom(...poolOf(known)), hostileText(poolOf(known)));
    const record = fc.array(fc.tuple(key, fitting(pattern, '', known)), { maxLength: 4 }).map(ownKeys);
    return pattern['type'] === undefined && pattern['anyOf'] === undefined ? fc.oneof(record, hostileObject(poolOf(known))) : record;
  }
  const required = new Set((schema['required'] ?? []) as string[]);
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>);
  const entries = properties.map(([key, value]) =>
    fc.tuple(fc.constant(key), required.has(key) ? fc.constant(true) : fc.boolean(), fitting(value, key, known)),
  );
  return fc.tuple(...entries).map((all) => ownKeys(all.filter(([, isThere]) => isThere).map(([key, , value]) => [key, value] as const)));
}

/** A change to one place of a value: `at` chooses the place. */
export type Mutation = { readonly at: number } & (
  | { readonly how: 'replace'; readonly value: unknown }
  | { readonly how: 'remove' }
  | { readonly how: 'add'; readonly key: string; readonly value: unknown }
);

export const mutation = (pool: readonly string[]): fc.Arbitrary<Mutation> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ at: fc.nat(1_000), how: fc.constant('replace' as const), value: hostileValue(pool) }) },
    { weight: 1, arbitrary: fc.record({ at: fc.nat(1_000), how: fc.constant('replace' as const), value: fc.constantFrom(...NUMBERS) }) },
    { weight: 2, arbitrary: fc.record({ at: fc.nat(1_000), how: fc.constant('remove' as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        at: fc.nat(1_000),
        how: fc.constant('add' as const),
        key: fc.constantFrom('__proto__', 'constructor', '', 'a.b', '\0', 'limit', 'auth', 'room_id', 'toJSON'),
        value: hostileValue(pool),
      }),
    },
  );

interface Place {
  readonly holder: Record<string, unknown> | unknown[];
  readonly key: string | number;
}

/** @returns a copy with one place changed */
export function mutate(value: unknown, change: Mutation): unknown {
  const root = { value: structuredCloneOwn(value) };
  const places: Place[] = [{ holder: root, key: 'value' }];
  for (let index = 0; index < places.length && index < 5_000; index++) {
    const { holder, key } = places[index] as Place;
    const inner = (holder as Record<string | number, unknown>)[key];
    if (Array.isArray(inner)) places.push(...inner.slice(0, 50).map((_, position) => ({ holder: inner, key: position })));
    else if (typeof inner === 'object' && inner !== null) {
      places.push(...Object.keys(inner).map((name) => ({ holder: inner as Record<string, unknown>, key: name })));
    }
  }
  const { holder, key } = places[change.at % places.length] as Place;
  const target = holder as Record<string | number, unknown>;
  const inner = target[key];
  if (change.how === 'replace') define(target, key, change.value);
  else if (change.how === 'add') {
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) define(inner as Record<string, unknown>, change.key, change.value);
    else define(target, key, ownKeys([[change.key, change.value]]));
  } else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else if (holder !== root) Reflect.deleteProperty(target, key);
  return root.value;
}

const define = (target: Record<string | number, unknown>, key: string | number, value: unknown): void => {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
};

/** A copy in which `__proto__` stays a key as any other. */
function structuredCloneOwn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCloneOwn);
  if (typeof value !== 'object' || value === null) return value;
  return ownKeys(Object.entries(value).map(([key, inner]) => [key, structuredCloneOwn(inner)] as const));
}
