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
const SENDS = Number(process.argv[2] ?? 2_000);
const ROUNDS = 7;
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
  return median(rounds.toSorted((one, other) => one - other));
}

/** How much more CPU a send costs with these modules: the median of rounds in turn, since the machine's speed drifts. */
async function sendCost(module: string): Promise<number> {
  const modules = Array.from({ length: MODULES }, (_, index) => ({ module, name: `noop-${index}` }));
  const servers = await Promise.all([MeasuredProcess.start('plexus'), MeasuredProcess.start('plexus', { modules })]);
  const rounds: (() => Promise<number>)[] = [];
  for (const server of servers) {
    const user = await register(server, 'alice');
    const room = await createRoom(server, user);
    const measure = async (count: number): Promise<number> => (await load(server, count, CLIENTS, () => send(server, room, user))).cpu;
    await measure(500);
    rounds.push(() => measure(SENDS));
  }
  const ratios: number[] = [];
  for (let count = 0; count < ROUNDS; count++) {
    const [without = NaN, withThem = NaN] = [await rounds[0]?.(), await rounds[1]?.()];
    ratios.push(withThem / without);
  }
  await Promise.all(servers.map((server) => server.stop()));
  return (median(ratios.toSorted((one, other) => one - other)) - 1) * 100;
}

console.log(`one question to a module, plain function: ${(await questionCost(PLAIN, 'none')).toFixed(2)} µs`);
console.log(`one question to a module, async (with a deadline): ${(await questionCost(ASYNC, 'none')).toFixed(2)} µs`);
console.log(`one question to a module in a thread of its own: ${(await questionCost(ASYNC, 'worker')).toFixed(1)} µs`);
console.log(`${MODULES} modules asked about a send, plain functions: ${(await sendCost(PLAIN)).toFixed(1)} % of a send`);
console.log(`${MODULES} modules asked about a send, async: ${(await sendCost(ASYNC)).toFixed(1)} % of a send`);
rmSync(folder, { recursive: true });
