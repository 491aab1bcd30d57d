import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import type { RoomId, ServerName, UserId } from '../../src/core/identifiers.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Log } from '../../src/kernel/log.ts';
import { loadModules, type ModuleEntry } from '../../src/modules/index.ts';
import { createRoom, load, median, register, send } from './figures.ts';
import { MeasuredProcess } from './measured-process.ts';

/**
 * Prints what modules cost: one question to a module that allows, by how it answers and where it runs, and a send that thirty such modules
 * are asked about, against one without modules, in turn. The number of sends a round may be given.
 */
const SENDS = Number(process.argv[2] ?? 500);
const WARM_UP = 4_000;
const ROUNDS = 9;
const GROUPS = 5;
const CLIENTS = 8;
const MODULES = 30;
const QUESTIONS = 20_000;

const quiet: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing, child: () => quiet };
function nothing(): void {}

const folder = mkdtempSync(join(tmpdir(), 'plexus-bench-modules-'));
const written = (name: string, answer: string): string => {
  const file = join(folder, `${name}.mjs`);
  const callbacks = `{ check_event_for_spam: ${answer}, user_may_invite: ${answer === '() => false' ? '() => true' : 'async () => true'} }`;
  writeFileSync(file, `export default class { constructor(_config, api) { api.registerSpamCheckerCallbacks(${callbacks}); } }`);
  return file;
};
const PLAIN = written('plain', '() => false');
const ASYNC = written('async', 'async () => false');

/** µs for one question to one module. */
async function questionCost(module: string, isolation: 'none' | 'worker'): Promise<number> {
  const entry: ModuleEntry = { module, config: {}, on_error: 'deny', timeout: 5_000, mode: 'enforce', isolation, memory: 2 ** 28, hooks: {} };
  const modules = await loadModules([entry], {
    serverName: 'localhost' as ServerName,
    version: '0.1.0',
    publicBaseurl: undefined,
    folder,
    clock: systemClock,
    log: quiet,
    registry: new Registry(),
    decisions: { traces: undefined, record: nothing, conclude: nothing },
    tellsIncidents: false,
    fetch: () => Promise.reject(new Error('nothing is asked here')),
    askServer: () => Promise.reject(new Error('nothing is asked here')),
    serves: () => false,
  });
  const ask = (): Promise<void> =>
    modules.policy.ask(
      'user_may_invite',
      { operation: 'bench', userId: undefined, request: 'bench' },
      '@a:b' as UserId,
      '@c:d' as UserId,
      '!r' as RoomId,
    );
  const round = async (): Promise<number> => {
    const started = performance.now();
    for (let question = 0; question < QUESTIONS; question++) await ask();
    return ((performance.now() - started) * 1_000) / QUESTIONS;
  };
  const rounds: number[] = [];
  for (let count = 0; count < 5; count++) rounds.push(await round());
  await modules.dispose();
  return middle(rounds);
}

const NAMES = ['without', 'without again', 'plain', 'async'] as const;
type Name = (typeof NAMES)[number];
type Costs = Record<Name, number>;

/** A server with thirty of a module that has run for a while, in a room of which messages are sent. */
async function warmServer(module: string | undefined): Promise<{ cost: () => Promise<number>; stop: () => Promise<void> }> {
  const modules = module === undefined ? [] : Array.from({ length: MODULES }, (_, index) => ({ module, name: `noop-${index}` }));
  const server = await MeasuredProcess.start('plexus', { modules });
  const user = await register(server, 'alice');
  const room = await createRoom(server, user);
  const sends = (count: number): Promise<{ cpu: number }> => load(server, count, CLIENTS, () => send(server, room, user));
  await sends(WARM_UP);
  return { cost: async () => (await sends(SENDS)).cpu, stop: () => server.stop() };
}

/**
 * CPU ms of a send on four servers that run side by side, measured in turn, since the machine's speed drifts. Two of them have no modules: what they
 * differ by says how much of the rest is chance.
 */
async function sendCosts(first: number): Promise<Costs> {
  const inTurn = (round: number): Name[] => NAMES.map((_, index) => NAMES[(index + round) % NAMES.length] ?? 'without');
  const servers = new Map<Name, Awaited<ReturnType<typeof warmServer>>>();
  for (const name of inTurn(first))
    servers.set(name, await warmServer({ plain: PLAIN, async: ASYNC, without: undefined, 'without again': undefined }[name]));
  const costs = new Map(NAMES.map((name) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of inTurn(round)) costs.get(name)?.push((await servers.get(name)?.cost()) ?? NaN);
  }
  for (const server of servers.values()) await server.stop();
  return Object.fromEntries(NAMES.map((name) => [name, middle(costs.get(name) ?? [])])) as Costs;
}

const middle = (values: readonly number[]): number => median(values.toSorted((one, other) => one - other));

console.log(`one question to a module, plain function: ${(await questionCost(PLAIN, 'none')).toFixed(2)} µs`);
console.log(`one question to a module, async (with a deadline): ${(await questionCost(ASYNC, 'none')).toFixed(2)} µs`);
console.log(`one question to a module in a thread of its own: ${(await questionCost(ASYNC, 'worker')).toFixed(1)} µs`);
const all: Costs[] = [];
for (let group = 0; group < GROUPS; group++) all.push(await sendCosts(group));
const more = (name: Name): string => (middle(all.map((costs) => (2 * costs[name]) / (costs.without + costs['without again']) - 1)) * 100).toFixed(1);
const chance = middle(all.map((costs) => Math.abs(costs['without again'] / costs.without - 1))) * 100;
console.log(`${MODULES} modules asked about a send, plain functions: ${more('plain')} % of a send`);
console.log(`${MODULES} modules asked about a send, async: ${more('async')} % of a send`);
console.log(`two servers without modules differ by ${chance.toFixed(1)} %`);
rmSync(folder, { recursive: true });
