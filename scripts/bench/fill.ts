import { createRoom, join, register, send, type BenchUser } from './figures.ts';
import type { MeasuredProcess } from './measured-process.ts';

/** How much a database holds for the figures of scale.ts. */
export interface Sizes {
  readonly rooms: number;
  readonly messages: number;
  readonly members: number;
}

/** What the figures of scale.ts are about. */
export interface Filled {
  /** Sits in all of `rooms`. */
  readonly traveller: BenchUser;
  /** Made them, and speaks in them. */
  readonly founder: BenchUser;
  readonly rooms: readonly string[];
  /** Has `members`, the first of whom made it. */
  readonly hall: string;
  readonly members: readonly BenchUser[];
}

const CLIENTS = 8;

/** An account in many rooms with some messages each, and a room with many members. */
export async function fill(server: MeasuredProcess, sizes: Sizes): Promise<Filled> {
  const [founder, traveller] = [await register(server, 'founder'), await register(server, 'traveller')];
  const rooms = await some(sizes.rooms, async (number) => {
    const room = await createRoom(server, founder, { preset: 'public_chat', name: `Room ${number}` });
    await join(server, room, traveller);
    for (let i = 0; i < sizes.messages; i++) await send(server, room, founder);
    return room;
  });
  const first = await register(server, 'member0');
  const hall = await createRoom(server, first, { preset: 'public_chat', name: 'The hall' });
  const others = await some(sizes.members - 1, async (number) => {
    const member = await register(server, `member${number + 1}`);
    await join(server, hall, member);
    return member;
  });
  for (let i = 0; i < 50; i++) await send(server, hall, others[i * 7] ?? first);
  return { founder, traveller, rooms, hall, members: [first, ...others] };
}

/** Does something `count` times, some at a time. */
export async function some<T>(count: number, once: (number: number) => Promise<T>): Promise<readonly T[]> {
  const done: T[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (next < count) {
        const number = next++;
        done[number] = await once(number);
      }
    }),
  );
  return done;
}
