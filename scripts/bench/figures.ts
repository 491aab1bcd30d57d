import type { MeasuredProcess } from './measured-process.ts';

/** A user of the measured server. */
export interface BenchUser {
  readonly userId: string;
  readonly token: string;
}

const V3 = '/_matrix/client/v3';
const TEXT = { msgtype: 'm.text', body: 'A message of the length that people usually write to each other in a chat.' };

export async function register(server: MeasuredProcess, name: string): Promise<BenchUser> {
  const reply = await server.request('POST', `${V3}/register`, { username: name, password: 'a long password', auth: { type: 'm.login.dummy' } });
  return { userId: reply['user_id'] as string, token: reply['access_token'] as string };
}

export async function createRoom(server: MeasuredProcess, user: BenchUser, options: object = { preset: 'public_chat' }): Promise<string> {
  return (await server.request('POST', `${V3}/createRoom`, options, user.token))['room_id'] as string;
}

let txn = 0;
export const sendPath = (room: string): string => `${V3}/rooms/${encodeURIComponent(room)}/send/m.room.message/b${txn++}`;
export const send = (server: MeasuredProcess, room: string, user: BenchUser): Promise<unknown> =>
  server.request('PUT', sendPath(room), TEXT, user.token);
export const ceilingSend = (server: MeasuredProcess): Promise<unknown> => server.request('PUT', '/', TEXT);

/** Runs `once` `count` times, `clients` at a time. @returns how many were done in a second, and CPU ms of the server for each */
export async function load(
  server: MeasuredProcess,
  count: number,
  clients: number,
  once: () => Promise<unknown>,
): Promise<{ perSecond: number; cpu: number }> {
  let left = count;
  const before = await server.usage();
  const started = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (left-- > 0) await once();
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  return { perSecond: count / seconds, cpu: ((await server.usage()).cpu - before.cpu) / count };
}

/** Time of each of `count` calls, in ms, sorted. */
export async function times(count: number, once: () => Promise<unknown>): Promise<readonly number[]> {
  const found: number[] = [];
  for (let i = 0; i < count; i++) {
    const started = performance.now();
    await once();
    found.push(performance.now() - started);
  }
  return found.toSorted((a, b) => a - b);
}

export const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? NaN;

/** From the sender's reply to the arrival at a /sync that waits: ms, sorted. Negative when it arrives first. */
export async function delivery(
  server: MeasuredProcess,
  room: string,
  sender: BenchUser,
  reader: BenchUser,
  count: number,
): Promise<readonly number[]> {
  let since = (await server.request('GET', `${V3}/sync?timeout=0`, undefined, reader.token))['next_batch'] as string;
  const found: number[] = [];
  for (let i = 0; i < count; i++) {
    const poll = server.request('GET', `${V3}/sync?timeout=10000&since=${since}`, undefined, reader.token).then((reply) => {
      since = reply['next_batch'] as string;
      return performance.now();
    });
    // The poll is to wait before the message comes.
    await new Promise((resolve) => setTimeout(resolve, 5));
    await send(server, room, sender);
    const sent = performance.now();
    found.push((await poll) - sent);
  }
  return found.toSorted((a, b) => a - b);
}

export const initialSync = (server: MeasuredProcess, user: BenchUser): Promise<unknown> =>
  server.request('GET', `${V3}/sync?timeout=0`, undefined, user.token);
export const join = (server: MeasuredProcess, room: string, user: BenchUser): Promise<unknown> =>
  server.request('POST', `${V3}/join/${encodeURIComponent(room)}`, {}, user.token);
