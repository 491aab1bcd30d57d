import { ceilingSend, createRoom, delivery, initialSync, join, load, median, register, send, times } from './figures.ts';
import { MeasuredProcess } from './measured-process.ts';
import { measureStartup, testStarts } from './startup.ts';

/**
 * Prints what the server costs, beside a program that does the least that a durable signed message needs (ceiling.ts), measured in the
 * same run: only the ratios mean something on another machine.
 */
const SENDS = Number(process.argv[2] ?? 5_000);
const CLIENTS = 8;
const ROUNDS = 7;

const rows: [figure: string, value: string][] = [];
const say = (figure: string, value: string): void => {
  rows.push([figure, value]);
  process.stderr.write(`${figure}: ${value}\n`);
};

/** Ceiling, plain server and server with one module in turn, so that a machine that changes its speed changes all of them. */
async function sendCosts(): Promise<void> {
  const module = { modules: [{ module: 'plexus:demo', config: { blocked: ['@nobody:localhost'] } }] };
  const found: Record<'ceiling' | 'plexus' | 'one module', { cpu: number; perSecond: number }[]> = { ceiling: [], plexus: [], 'one module': [] };
  const ceiling = await MeasuredProcess.start('ceiling');
  const plexus = await MeasuredProcess.start('plexus');
  const withModule = await MeasuredProcess.start('plexus', module);
  const senders = await Promise.all(
    [plexus, withModule].map(async (server) => {
      const user = await register(server, 'alice');
      const room = await createRoom(server, user);
      return () => send(server, room, user);
    }),
  );
  const runs = [
    ['ceiling', ceiling, () => ceilingSend(ceiling)],
    ['plexus', plexus, senders[0]],
    ['one module', withModule, senders[1]],
  ] as const;
  for (const [, server, once] of runs) if (once !== undefined) await load(server, 500, CLIENTS, once);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, server, once] of runs) if (once !== undefined) found[name].push(await load(server, SENDS, CLIENTS, once));
  }
  const middle = (name: keyof typeof found, key: 'cpu' | 'perSecond'): number => median(found[name].map((one) => one[key]).toSorted((a, b) => a - b));
  // Round by round, since the machine's speed drifts.
  const ratio = (name: keyof typeof found, other: keyof typeof found): number =>
    median(found[name].map((one, round) => one.cpu / (found[other][round]?.cpu ?? NaN)).toSorted((a, b) => a - b));
  say('durable sends a second (8 clients)', `${middle('plexus', 'perSecond').toFixed(0)} (ceiling ${middle('ceiling', 'perSecond').toFixed(0)})`);
  say('CPU ms a send', `${middle('plexus', 'cpu').toFixed(2)} (ceiling ${middle('ceiling', 'cpu').toFixed(2)})`);
  say('CPU of a send against the ceiling', `${ratio('plexus', 'ceiling').toFixed(2)} times`);
  say('one module more', `${((ratio('one module', 'plexus') - 1) * 100).toFixed(1)} % of a send`);
  await Promise.all([ceiling.stop(), plexus.stop(), withModule.stop()]);
}

async function clientCosts(): Promise<void> {
  const server = await MeasuredProcess.start('plexus');
  const [alice, bob] = [await register(server, 'alice'), await register(server, 'bob')];
  const room = await createRoom(server, alice);
  await join(server, room, bob);
  const latency = await delivery(server, room, alice, bob, 200);
  say('delivery to a waiting sync after the reply to the sender, p50', `${median(latency).toFixed(1)} ms`);
  say('createRoom, p50', `${median(await times(100, () => createRoom(server, bob))).toFixed(1)} ms`);
  const carol = await register(server, 'carol');
  const rooms: string[] = [];
  for (let i = 0; i < 100; i++) rooms.push(await createRoom(server, alice));
  say('join, p50', `${median(await times(100, () => join(server, rooms.pop() ?? room, carol))).toFixed(1)} ms`);
  say('initial sync of 100 rooms, p50', `${median(await times(10, () => initialSync(server, carol))).toFixed(1)} ms`);
  say('memory, after that', `${(await server.usage()).memory.toFixed(0)} MiB`);
  await server.stop();
}

async function startCosts(): Promise<void> {
  const { firstAnswer, memory } = await measureStartup();
  say('first answer after the process start', `${firstAnswer.toFixed(0)} ms`);
  say('memory, idle', `${memory.toFixed(0)} MiB`);
  say('CPU for the start of a server in a test', `${median(await testStarts(20)).toFixed(0)} ms`);
}

await startCosts();
await sendCosts();
await clientCosts();
process.stdout.write(`| figure | value |\n| --- | --- |\n${rows.map(([figure, value]) => `| ${figure} | ${value} |\n`).join('')}`);
