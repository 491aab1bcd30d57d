import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import type { Endpoint } from '../../../src/kernel/endpoint.ts';
import type { Schema } from '../../../src/kernel/schema.ts';
import { fitting, knownText, mutate, mutation, poolOf, type Known } from './schema-values.ts';
import { bodyShape } from './shapes.ts';
import { hostileJson, hostileText, hostileValue } from './values.ts';

/** Who sends a request. */
export const STANDINGS = ['nobody', 'stranger', 'guest', 'member', 'admin'] as const;
export type Standing = (typeof STANDINGS)[number];

export interface HostileRequest {
  readonly standing: Standing;
  readonly method: string;
  /** With its query, as it goes over the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

/** Segments that are no text in percent-encoding, or that a careless router takes for something else. */
const SEGMENTS: readonly string[] = [
  '%',
  '%zz',
  '%ff%fe',
  '%c0%af',
  '%00',
  '%2e%2e',
  '%2F',
  '..%2f..%2f',
  '%25%32%66',
  '%E2%80%AE',
  '%ED%A0%80',
  ';a=b',
  '+',
  '%20',
  '!%3Alocalhost',
  '%40%3A',
];

const encode = (text: string): string => encodeURIComponent(Buffer.from(text).toString());

/** What is wrong with a request. Most have one fault, as the first that is found hides the others. */
type Fault = 'none' | 'path' | 'query' | 'body' | 'bytes' | 'all';
const has = (fault: Fault, part: Fault): boolean => fault === part || fault === 'all';

function pathOf(endpoint: Endpoint, known: Known, fault: Fault): fc.Arbitrary<string> {
  const pool = poolOf(known);
  const strange = fc.oneof(
    hostileText(pool)
      .filter((text) => text.length < 2_000)
      .map(encode),
    fc.constantFrom(...SEGMENTS),
  );
  const parts = endpoint.path.split('/').map((part) => {
    if (!part.startsWith(':')) return fc.constant(part);
    const right = knownText(known[part.slice(1)] ?? ['text']).map(encode);
    return has(fault, 'path') ? fc.oneof(strange, right) : right;
  });
  return fc.tuple(...parts).map((segments) => segments.join('/'));
}

/** Query parameters: as the schema has them, or twice and of another form. */
function queryOf(endpoint: Endpoint, known: Known, fault: Fault): fc.Arbitrary<string> {
  const pool = poolOf(known);
  const names = Object.keys((endpoint.query?.['properties'] ?? {}) as Record<string, Schema>);
  const right = endpoint.query === undefined ? fc.constant({}) : fitting(endpoint.query, '', known);
  const strange = fc.array(fc.tuple(fc.constantFrom(...names, ...names, '__proto__', 'access_token', '%'), hostileQueryValue(pool)), {
    maxLength: 3,
  });
  return fc.tuple(right, has(fault, 'query') ? strange : fc.constant([])).map(([values, more]) => {
    const pairs = Object.entries(values as Record<string, unknown>).flatMap(([key, value]) =>
      (Array.isArray(value) ? (value as unknown[]) : [value]).map((one) => [key, textOf(one)] as const),
    );
    // To wait would only make the test slow.
    const all = [...pairs, ...more].map(([key, value]) => `${key === '%' ? key : encode(key)}=${encode(key.startsWith('timeout') ? '0' : value)}`);
    return all.length === 0 ? '' : `?${all.join('&')}`;
  });
}

const hostileQueryValue = (pool: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    hostileText(pool).filter((text) => text.length < 2_000),
    hostileValue(pool, 2).map((value) => hostileJson(value).slice(0, 4_000)),
  );

const textOf = (value: unknown): string => (typeof value === 'string' ? value : hostileJson(value));

interface Sent {
  readonly body: Buffer | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** Bodies that are no JSON in UTF-8. */
const RAW_BODIES: readonly Sent[] = [
  { body: undefined, headers: {} },
  { body: Buffer.from('{"a":'), headers: JSON_TYPE },
  { body: Buffer.from('{"type":"\xe9"}', 'latin1'), headers: JSON_TYPE },
  { body: Buffer.from([0xff, 0xfe, 0x7b, 0, 0x7d, 0]), headers: JSON_TYPE },
  { body: Buffer.from('\ufeff{}'), headers: JSON_TYPE },
  { body: gzipSync('{}'), headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } },
  { body: Buffer.from('NaN'), headers: JSON_TYPE },
  { body: Buffer.from('{"a":NaN}'), headers: JSON_TYPE },
  { body: Buffer.from('a=b&session=%ff&token=%'), headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  { body: Buffer.from('{"a":1,"a":2,"__proto__":{"isAdmin":true}}'), headers: JSON_TYPE },
  { body: Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`), headers: JSON_TYPE },
  {
    body: Buffer.from('--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--'),
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
  },
  { body: Buffer.from('{}'), headers: { 'content-type': '\x80;;;=' } },
];

function bodyOf(endpoint: Endpoint, known: Known, fault: Fault): fc.Arbitrary<Sent> {
  const schema = bodyShape(endpoint, known['eventType']?.[0] ?? '');
  if (schema === undefined || schema === 'stream' || fault === 'bytes') {
    return fault === 'bytes'
      ? fc.constantFrom(...RAW_BODIES)
      : fc.constant({ body: schema === 'stream' ? Buffer.from('text') : undefined, headers: {} });
  }
  const right = fitting(schema, '', known);
  if (endpoint.form === true) return right.map(asForm);
  const faults = fc.array(mutation(poolOf(known)), { minLength: 1, maxLength: 2 });
  const value = has(fault, 'body') ? fc.tuple(right, faults).map(([whole, changes]) => changes.reduce(mutate, whole)) : right;
  return value.map((whole) => ({ body: Buffer.from(hostileJson(whole)), headers: JSON_TYPE }));
}

const asForm = (value: unknown): Sent => ({
  body: Buffer.from(new URLSearchParams(Object.entries(value as Record<string, string>)).toString()),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
});

const FAULTS: readonly Fault[] = ['none', 'none', 'path', 'query', 'body', 'body', 'body', 'bytes', 'all'];
const OTHERS: readonly Standing[] = STANDINGS.filter((standing) => standing !== 'member');

/** Requests to an endpoint: some are right, most are wrong somewhere. */
export function hostileRequest(endpoint: Endpoint, known: Known): fc.Arbitrary<HostileRequest> {
  const usual: Standing = endpoint.auth === 'admin' ? 'admin' : 'member';
  const facts = fc.record({
    fault: fc.constantFrom(...FAULTS),
    type: knownText(known['eventType'] ?? []),
    standing: fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...OTHERS) }),
  });
  return facts.chain(({ fault, type, standing }) => {
    const here = { ...known, eventType: [type], type: [type] };
    return fc
      .record({ path: pathOf(endpoint, here, fault), query: queryOf(endpoint, here, fault), sent: bodyOf(endpoint, here, fault) })
      .map(({ path, query, sent }) => readable({ standing, method: endpoint.method, path: path + query, headers: sent.headers, body: sent.body }));
  });
}

/** A request that is shown, when it has made something fail, as it can be read and sent again. */
const readable = (request: HostileRequest): HostileRequest =>
  Object.defineProperty(request, fc.toStringMethod, {
    value: () => `${request.standing}: ${request.method} ${request.path} ${JSON.stringify(request.headers)} ${request.body?.toString() ?? ''}`,
  });
