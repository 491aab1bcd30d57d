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
const ROUNDS = 41;
const WARM_UP = 2_000;
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

/**
 * How much more CPU a send costs with thirty of each module, in %: medians of rounds in turn, since the machine's speed drifts; on one server, whose
 * modules are exchanged, since what the compiler makes of a server differs from process to process by more than modules cost.
 */
async function sendCosts(modules: readonly string[]): Promise<readonly number[]> {
  const server = await MeasuredProcess.start('plexus');
  const user = await register(server, 'alice');
  const room = await createRoom(server, user);
  const measure = async (module: string | undefined, count: number): Promise<number> => {
    await server.exchangeModules(module === undefined ? [] : Array.from({ length: MODULES }, (_, index) => ({ module, name: `noop-${index}` })));
    return (await load(server, count, CLIENTS, () => send(server, room, user))).cpu;
  };
  const inTurn = [undefined, ...modules];
  for (const module of inTurn) await measure(module, WARM_UP);
  const ratios: number[][] = modules.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    const costs: number[] = [];
    for (const module of inTurn) costs.push(await measure(module, SENDS));
    const [without = NaN, ...withThem] = costs;
    for (const [index, cost] of withThem.entries()) ratios[index]?.push(cost / without);
  }
  await server.stop();
  return ratios.map((all) => (middle(all) - 1) * 100);
}

const middle = (values: readonly number[]): number => median(values.toSorted((one, other) => one - other));

console.log(`one question to a module, plain function: ${(await questionCost(PLAIN, 'none')).toFixed(2)} µs`);
console.log(`one question to a module, async (with a deadline): ${(await questionCost(ASYNC, 'none')).toFixed(2)} µs`);
console.log(`one question to a module in a thread of its own: ${(await questionCost(ASYNC, 'worker')).toFixed(1)} µs`);
const [plain = NaN, async = NaN] = await sendCosts([PLAIN, ASYNC]);
console.log(`${MODULES} modules asked about a send, plain functions: ${plain.toFixed(1)} % of a send`);
console.log(`${MODULES} modules asked about a send, async: ${async.toFixed(1)} % of a send`);
rmSync(folder, { recursive: true });
