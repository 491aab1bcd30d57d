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
 * are asked about, against one that they are not asked about, in pairs. The number of pairs in each process may be given.
 */
const PAIRS = Number(process.argv[2] ?? 500);
const SENDS = 60;
const WARM_UP = 6_000;
const PROCESSES = 3;
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
 * What modules cost a send, by CPU time, on a server of which every other batch is sent while they are not asked. The batches are short and
 * compared with their neighbours, since the machine's speed drifts, and two processes differ by more than modules cost.
 * @returns of each pair the logarithm of its ratio: of ratios themselves the mean is too high
 */
async function ratiosOfSends(module: string): Promise<readonly number[]> {
  const modules = Array.from({ length: MODULES }, (_, index) => ({ module, name: `noop-${index}` }));
  const server = await MeasuredProcess.start('plexus', { modules });
  const user = await register(server, 'alice');
  const rooms: string[] = [];
  while (rooms.length < CLIENTS) rooms.push(await createRoom(server, user));
  let sent = 0;
  const batch = async (isOn: boolean): Promise<number> => {
    await server.switchModules(isOn);
    return (await load(server, SENDS, CLIENTS, () => send(server, rooms[sent++ % CLIENTS] ?? '', user))).cpu;
  };
  for (let count = 0; count < WARM_UP / SENDS; count++) await batch(count % 2 === 0);
  const ratios: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const isOnFirst = pair % 2 === 0;
    const [first, second] = [await batch(isOnFirst), await batch(!isOnFirst)];
    ratios.push(Math.log(isOnFirst ? first / second : second / first));
  }
  await server.stop();
  return ratios;
}

/** The mean without the tenth on either side, when the machine did something else, and two standard errors of it. */
function shareOf(ratios: readonly number[]): { readonly mean: number; readonly error: number } {
  const sorted = ratios.toSorted((one, other) => one - other);
  const cut = Math.floor(sorted.length / 10);
  const kept = sorted.slice(cut, sorted.length - cut);
  const mean = average(kept);
  // As the trimmed mean's error is estimated: what was cut counts as the value where it was cut.
  const [least = 0, most = 0] = [kept[0], kept.at(-1)];
  const deviation = Math.sqrt(average(sorted.map((value) => (Math.min(Math.max(value, least), most) - mean) ** 2)));
  return { mean: Math.expm1(mean), error: (2 * deviation * Math.sqrt(sorted.length)) / kept.length };
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const middle = (values: readonly number[]): number => median(values.toSorted((one, other) => one - other));

console.log(`one question to a module, plain function: ${(await questionCost(PLAIN, 'none')).toFixed(2)} µs`);
console.log(`one question to a module, async (with a deadline): ${(await questionCost(ASYNC, 'none')).toFixed(2)} µs`);
console.log(`one question to a module in a thread of its own: ${(await questionCost(ASYNC, 'worker')).toFixed(1)} µs`);
for (const [name, module] of [['plain functions', PLAIN] as const, ['async', ASYNC] as const]) {
  const ratios: number[] = [];
  for (let count = 0; count < PROCESSES; count++) ratios.push(...(await ratiosOfSends(module)));
  const { mean, error } = shareOf(ratios);
  console.log(`${MODULES} modules asked about a send, ${name}: ${(mean * 100).toFixed(1)} % of it, give or take ${(error * 100).toFixed(1)}`);
}
rmSync(folder, { recursive: true });
