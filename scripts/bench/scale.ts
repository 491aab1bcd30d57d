import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { createRoom, join, load, register, send, type BenchUser } from './figures.ts';
import { fill, some, type Filled } from './fill.ts';
import { MeasuredProcess, type Cost } from './measured-process.ts';

/**
 * Prints what large accounts and large rooms cost: `scale.js [folder] [name of a figure]`. A folder that was filled before is used again,
 * which makes two versions of the server comparable; each figure is taken on a server that has just been started.
 */
const [kept, only] = process.argv.slice(2);
const SIZES = { rooms: 2_000, messages: 12, members: 10_000 };
/** Members of the large room who wait for news. */
const WAITING = 200;
const ROUNDS = 3;

const V3 = '/_matrix/client/v3';
const LAZY = encodeURIComponent(JSON.stringify({ room: { state: { lazy_load_members: true }, timeline: { lazy_load_members: true } } }));

/** Does what is measured. @returns bytes of the reply, or how often it was done */
type Figure = (server: MeasuredProcess, filled: Filled) => Promise<{ readonly measured: () => Promise<string | undefined>; readonly times?: number }>;

const get = (server: MeasuredProcess, path: string, { token }: BenchUser): Promise<string> => server.requestText('GET', V3 + path, undefined, token);
const nextBatch = (reply: string): string => (JSON.parse(reply) as { next_batch: string }).next_batch;
const roomPath = (room: string, rest: string): string => `/rooms/${encodeURIComponent(room)}/${rest}`;

const sinceNow = async (server: MeasuredProcess, user: BenchUser, filter = ''): Promise<(wait?: number) => Promise<string>> => {
  const since = nextBatch(await get(server, `/sync?timeout=0${filter}`, user));
  return (wait = 0) => get(server, `/sync?timeout=${wait}&since=${since}${filter}`, user);
};
const lazily = `&filter=${LAZY}`;
let newcomers = Date.now();
const newcomer = (server: MeasuredProcess): Promise<BenchUser> => register(server, `newcomer${newcomers++}`);

const FIGURES: Readonly<Record<string, Figure>> = {
  'initial sync of 2,000 rooms': async (server, { traveller }) => ({ measured: () => get(server, '/sync?timeout=0', traveller) }),
  'the same, members lazily': async (server, { traveller }) => ({ measured: () => get(server, `/sync?timeout=0${lazily}`, traveller) }),
  'the same once more': async (server, { traveller }) => {
    await get(server, `/sync?timeout=0${lazily}`, traveller);
    return { measured: () => get(server, `/sync?timeout=0${lazily}`, traveller) };
  },
  'sync with nothing new': async (server, { traveller }) => {
    const sync = await sinceNow(server, traveller);
    return { measured: sync };
  },
  'sync with one of 2,000 rooms changed': async (server, { traveller, founder, rooms }) => {
    const sync = await sinceNow(server, traveller);
    await send(server, rooms[7] ?? '', founder);
    return { measured: sync };
  },
  'the same, the first after a restart': async (server, { traveller, founder, rooms }) => {
    await send(server, rooms[8] ?? '', founder);
    const now = nextBatch(await get(server, '/sync?timeout=0', founder));
    await send(server, rooms[9] ?? '', founder);
    return { measured: () => get(server, `/sync?timeout=0&since=${now}`, traveller) };
  },
  'sync with all of 2,000 rooms changed': async (server, { traveller, founder, rooms }) => {
    const sync = await sinceNow(server, traveller, lazily);
    await some(rooms.length, (number) => send(server, rooms[number] ?? '', founder));
    return { measured: sync };
  },
  'sync after a gap of 500 messages': async (server, { traveller, founder, rooms }) => {
    const sync = await sinceNow(server, traveller, lazily);
    await some(500, () => send(server, rooms[11] ?? '', founder));
    return { measured: sync };
  },
  'initial sync of a room of 10,000, lazily': async (server, { members: [, member] }) => ({
    measured: () => get(server, `/sync?timeout=0${lazily}`, member as BenchUser),
  }),
  'initial sync of a room of 10,000, all members': async (server, { members: [, member] }) => ({
    measured: () => get(server, '/sync?timeout=0', member as BenchUser),
  }),
  'join of a room of 10,000': async (server, { hall }) => {
    const user = await newcomer(server);
    return { measured: () => join(server, hall, user).then(() => undefined) };
  },
  'sync after that join, lazily': async (server, { hall }) => {
    const user = await newcomer(server);
    const sync = await sinceNow(server, user, lazily);
    await join(server, hall, user);
    return { measured: sync };
  },
  'sync of another member after that join': async (server, { hall, members: [, member] }) => {
    const user = await newcomer(server);
    const sync = await sinceNow(server, member as BenchUser, lazily);
    await join(server, hall, user);
    return { measured: sync };
  },
  'sync after leaving a room of 10,000': async (server, { hall }) => {
    const user = await newcomer(server);
    await join(server, hall, user);
    const sync = await sinceNow(server, user, lazily);
    await server.request('POST', V3 + roomPath(hall, 'leave'), {}, user.token);
    return { measured: sync };
  },
  '/members of 10,000': async (server, { hall, members: [, member] }) => ({
    measured: () => get(server, roomPath(hall, 'members'), member as BenchUser),
  }),
  '/members of 10,000 at a token': async (server, { hall, members: [, member] }) => {
    const at = nextBatch(await get(server, `/sync?timeout=0${lazily}`, member as BenchUser));
    return { measured: () => get(server, roomPath(hall, `members?at=${at}`), member as BenchUser) };
  },
  '/joined_members of 10,000': async (server, { hall, members: [, member] }) => ({
    measured: () => get(server, roomPath(hall, 'joined_members'), member as BenchUser),
  }),
  '/messages in a room of 10,000, lazily': async (server, { hall, members: [, member] }) => ({
    measured: () =>
      get(server, roomPath(hall, `messages?dir=b&limit=50&filter=${encodeURIComponent('{"lazy_load_members":true}')}`), member as BenchUser),
  }),
  'a message into a room of 10,000': async (server, { hall, members: [sender] }) => {
    const once = (): Promise<unknown> => send(server, hall, sender as BenchUser);
    await load(server, 100, 8, once);
    return { measured: () => load(server, 500, 8, once).then(() => undefined), times: 500 };
  },
  'the same, one of them with a pusher': async (server, { hall, members: [sender, member] }) => {
    await setPusher(server, member as BenchUser);
    const once = (): Promise<unknown> => send(server, hall, sender as BenchUser);
    await load(server, 100, 8, once);
    return { measured: () => load(server, 100, 1, once).then(() => undefined), times: 100 };
  },
  'a message to 200 members who wait': (server, { hall, members }) => waiting(server, members, () => send(server, hall, members[0] as BenchUser)),
  'typing, to 200 members who wait': (server, { hall, members: [typist, ...members] }) =>
    waiting(server, members, () => {
      const path = roomPath(hall, `typing/${encodeURIComponent((typist as BenchUser).userId)}`);
      return server.request('PUT', V3 + path, { typing: true, timeout: 30_000 }, (typist as BenchUser).token);
    }),
  'a receipt, to 200 members who wait': (server, { hall, members: [reader, ...members] }) => {
    const read = async (): Promise<unknown> => {
      const { event_id: eventId } = (await send(server, hall, reader as BenchUser)) as { event_id: string };
      return server.request('POST', V3 + roomPath(hall, `receipt/m.read/${encodeURIComponent(eventId)}`), {}, (reader as BenchUser).token);
    };
    return waiting(server, members, read);
  },
  createRoom: async (server, { founder }) => {
    for (let i = 0; i < 20; i++) await createRoom(server, founder);
    return { measured: () => load(server, 50, 1, () => createRoom(server, founder)).then(() => undefined), times: 50 };
  },
};

async function setPusher(server: MeasuredProcess, { token }: BenchUser): Promise<void> {
  const pusher = { kind: 'http', app_id: 'bench', pushkey: 'bench', app_display_name: 'Bench', device_display_name: 'Bench', lang: 'en' };
  const data = { url: 'https://gateway.invalid/_matrix/push/v1/notify' };
  await server.request('POST', `${V3}/pushers/set`, { ...pusher, data }, token);
}

/** Some members wait; what they all hear of is done. The cost is that of all replies together. */
async function waiting(server: MeasuredProcess, members: readonly BenchUser[], done: () => Promise<unknown>): ReturnType<Figure> {
  const listeners = members.slice(1, WAITING + 1);
  const { next_batch: since } = await server.request('GET', `${V3}/sync?timeout=0${lazily}`, undefined, listeners[0]?.token);
  const sync = (user: BenchUser, wait: number): Promise<string> =>
    get(server, `/sync?timeout=${wait}&since=${since as string}${lazily}&set_presence=offline`, user);
  await some(listeners.length, (number) => sync(listeners[number] as BenchUser, 0));
  return {
    measured: async () => {
      const replies = listeners.map((user) => sync(user, 30_000));
      // They are to wait before it comes.
      await new Promise((resolve) => setTimeout(resolve, 500));
      await done();
      return (await Promise.all(replies)).join('');
    },
    times: WAITING,
  };
}

/** So that no figure holds the compilation of what all requests need. */
async function warmUp(server: MeasuredProcess): Promise<void> {
  const user = await newcomer(server);
  const room = await createRoom(server, user);
  await load(server, 200, 8, () => send(server, room, user));
  await load(server, 100, 8, () => get(server, `/sync?timeout=0${lazily}`, user));
  await load(server, 100, 8, () => get(server, roomPath(room, 'messages?dir=b&limit=20'), user));
}

type Found = Cost & { readonly bytes: number };

async function measure(folder: string, figure: Figure, filled: Filled): Promise<Found> {
  // A copy, so that each figure begins with the same.
  const copy = mkdtempSync(joinPath(tmpdir(), 'plexus-bench-'));
  cpSync(folder, copy, { recursive: true });
  const server = await MeasuredProcess.start('plexus', {}, copy);
  try {
    await warmUp(server);
    const { measured, times = 1 } = await figure(server, filled);
    let reply: string | undefined;
    const cost = await server.costOf(async () => (reply = await measured()));
    return { ...cost, cpu: cost.cpu / times, statements: cost.statements / times, bytes: (reply?.length ?? 0) / times };
  } finally {
    await server.stop();
    rmSync(copy, { recursive: true });
  }
}

async function filledFolder(folder: string): Promise<Filled> {
  const file = joinPath(folder, 'filled.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Filled;
  mkdirSync(folder, { recursive: true });
  const server = await MeasuredProcess.start('plexus', {}, folder);
  const filled = await fill(server, SIZES);
  await server.stop();
  writeFileSync(file, JSON.stringify(filled));
  return filled;
}

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const folder = kept ?? joinPath(tmpdir(), `plexus-scale-${process.pid}`);
const filled = await filledFolder(folder);
process.stdout.write('| figure | CPU ms | memory MiB | longest stop ms | statements | reply KiB |\n| --- | --- | --- | --- | --- | --- |\n');
for (const [name, figure] of Object.entries(FIGURES)) {
  if (only !== undefined && !name.includes(only)) continue;
  const rounds: Found[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measure(folder, figure, filled));
  const of = (key: keyof Found): number => middle(rounds.map((found) => found[key]));
  const cells = [of('cpu').toFixed(1), of('peak').toFixed(0), of('stall').toFixed(0), of('statements').toFixed(0), (of('bytes') / 1024).toFixed(1)];
  process.stdout.write(`| ${name} | ${cells.join(' | ')} |\n`);
}
if (kept === undefined) rmSync(folder, { recursive: true });
