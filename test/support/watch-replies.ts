import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ENDPOINTS } from '../../src/api/endpoints.ts';
import { RouteTable } from '../../src/http/route-table.ts';
import type { Endpoint } from '../../src/kernel/endpoint.ts';
import { missingKeys, MUST_HAVE } from './must-have-keys.ts';
import { readSpecification, SPECIFICATION, SpecifiedReplies } from './specified-replies.ts';

/** How often each endpoint of the table was answered with which status. */
type EndpointRecord = Readonly<Record<string, Readonly<Record<string, number>>>>;
/** A file for each process of the last run of the tests. */
const RECORDS = join(resolve(import.meta.dirname, '../../..'), 'build/coverage-of-endpoints');

const specification = readSpecification();
const specified = specification === undefined ? undefined : new SpecifiedReplies(specification);
const routes = new RouteTable(ENDPOINTS);
const counts: Record<string, Record<string, number>> = {};
const problems = new Set<string>();
const originalFetch = globalThis.fetch;

/**
 * Every reply that a test receives is held against the specification and the keys that it must have. What is wrong fails the test that
 * receives it; since a client may swallow that failure, it fails the run as well.
 */
const watchedFetch: typeof fetch = async (input, init) => {
  const response = await originalFetch(input, init);
  const { method = 'GET', url } = input instanceof Request ? input : { method: init?.method, url: String(input) };
  const { pathname, searchParams } = new URL(url);
  const found = routes.find(method, pathname);
  if (!('endpoint' in found)) return response;
  const { endpoint } = found;
  const name = `${endpoint.method} ${endpoint.path}`;
  const ofEndpoint = (counts[name] ??= {});
  ofEndpoint[response.status] = (ofEndpoint[response.status] ?? 0) + 1;
  // Such a filter takes away from events what they must have otherwise.
  if (searchParams.get('filter')?.includes('event_fields') === true) return response;
  if (response.headers.get('content-type')?.startsWith('application/json') !== true) return response;
  const problem = problemOf(endpoint, response.status, await response.clone().text());
  if (problem === undefined) return response;
  problems.add(`${name} answered ${response.status}: ${problem}`);
  throw new Error(`${name} answered ${response.status}: ${problem}`);
};

function problemOf(endpoint: Endpoint, status: number, text: string): string | undefined {
  // A reply to a HEAD request, or one that was cut off, has no body.
  if (text === '') return undefined;
  const reply = JSON.parse(text) as unknown;
  if (status >= 400) return problemOfError(status, reply);
  const missing = missingKeys(MUST_HAVE[`${endpoint.method} ${endpoint.path}`] ?? [], reply);
  return missing.length > 0 ? `it lacks ${missing.join(', ')}` : specified?.problem(endpoint, status, reply);
}

/** https://spec.matrix.org/v1.19/client-server-api/#standard-error-response, and what User-Interactive Authentication asks for. */
function problemOfError(status: number, reply: unknown): string | undefined {
  const { errcode, error, flows, session } = reply as Readonly<Record<string, unknown>>;
  if (status === 401 && Array.isArray(flows)) return typeof session === 'string' ? undefined : 'it has no session';
  return typeof errcode === 'string' && typeof error === 'string' && error !== '' ? undefined : 'it is no error of Matrix';
}

/** Called by mocha, which loads this by .mocharc.json, once before all tests, whatever number of processes runs them. */
export function mochaGlobalSetup(): void {
  if (specified === undefined) process.stderr.write(`Replies are not checked against the specification: there is no ${SPECIFICATION}\n`);
  rmSync(RECORDS, { recursive: true, force: true });
  mkdirSync(RECORDS, { recursive: true });
}

/** Servers and processes, by Node's names. They would end unseen with the process that runs the tests. */
const LASTING: ReadonlySet<string> = new Set(['TCPServerWrap', 'ProcessWrap']);
const open = (): readonly string[] => process.getActiveResourcesInfo().filter((resource) => LASTING.has(resource));
let openBefore = 0;

/** Called by mocha around each file where several processes run them, else around all. */
export const mochaHooks = {
  beforeAll(): void {
    openBefore = open().length;
    globalThis.fetch = watchedFetch;
  },
  async afterAll(this: Mocha.Context): Promise<void> {
    globalThis.fetch = originalFetch;
    writeFileSync(join(RECORDS, `${process.pid}.json`), JSON.stringify(counts));
    const found = [...problems];
    problems.clear();
    const suites = this.test?.parent?.suites.map(({ title }) => title).join(', ');
    if (found.length > 0) throw new Error(`Some replies are not as they must be (${suites}):\n${found.join('\n')}`);
    // What is closed is gone with the next turn.
    await setImmediate();
    const left = open();
    if (left.length > openBefore) throw new Error(`Something is left open (${suites}): ${left.join(', ')}`);
  },
};

/** @returns how often each endpoint was answered with which status in the last run of the tests: `{ 'GET /path': { 200: 3 } }` */
export function recordedReplies(): EndpointRecord {
  const all: Record<string, Record<string, number>> = {};
  for (const file of existsSync(RECORDS) ? readdirSync(RECORDS) : []) {
    const record = JSON.parse(readFileSync(join(RECORDS, file), 'utf8')) as EndpointRecord;
    for (const [name, statuses] of Object.entries(record)) {
      const ofEndpoint = (all[name] ??= {});
      for (const [status, times] of Object.entries(statuses)) ofEndpoint[status] = (ofEndpoint[status] ?? 0) + times;
    }
  }
  return all;
}
