import { boot, TestUser, type TestServer } from '../../../src/testing/index.ts';
import { pathOf } from '../room-reading.ts';
import { v3 } from '../v3.ts';
import { Case, markOf, ROOMS, STEPS, WAYS, waysIn, type Membership, type Sent, type Visibility, type Way } from './oracle.ts';

/** A room of the story. */
export interface Room {
  readonly name: string;
  readonly roomId: string;
  /** By their marks. */
  readonly eventIds: ReadonlyMap<string, string>;
  /** A token for the end of each step. */
  readonly tokens: readonly string[];
  /** When the message of step 3 was sent. */
  readonly time: number;
}

export interface Story {
  readonly server: TestServer;
  readonly rooms: readonly Room[];
  readonly users: ReadonlyMap<Way, TestUser>;
  /** Where everybody's /sync stood at the end of step 1. */
  readonly since: ReadonlyMap<Way, string>;
  /** Everybody in a room. */
  casesIn(room: Room): readonly (readonly [Case, TestUser])[];
}

/** How many users are about at the same time. */
export const AT_ONCE = 8;

/** Lets everybody do something, some at a time. */
export async function forAll<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await act(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

const contentOf = (visibility: Visibility | undefined, mark: string): Record<string, unknown> => ({
  mark,
  ...(visibility !== 'absent' && { history_visibility: visibility }),
});

/** Takes everybody through all rooms. Alice says what is said. */
export async function tell(): Promise<Story> {
  const server = await boot();
  const alice = await server.user('alice');
  const users = new Map<Way, TestUser>();
  const since = new Map<Way, string>();
  for (const [index, way] of WAYS.entries()) users.set(way, way.isGuest ? await guestOf(server) : await server.user(`user${index}`));
  const rooms = await Promise.all(Object.entries(ROOMS).map(([name, visibilities]) => begin(alice, name, visibilities[0])));
  for (let step = 0; step < STEPS; step++) {
    await Promise.all(
      rooms.map(async (room) => {
        const visibility = ROOMS[room.name]?.[step];
        await say(room, { kind: 'visibility', step }, (mark) =>
          alice.setState(room.roomId, 'm.room.history_visibility', contentOf(visibility, mark)),
        );
        // While one can knock, nobody can walk in.
        const isShut = step === 1;
        if (isShut) await alice.setState(room.roomId, 'm.room.join_rules', { join_rule: 'knock' });
        const moves = peopleIn(users, room).map(([way, user]) => ({
          user,
          from: way.path[step - 1] ?? 'none',
          to: way.path[step] ?? 'none',
          isShut,
        }));
        for (const each of moves) await move(alice, room.roomId, each);
        if (isShut) await alice.setState(room.roomId, 'm.room.join_rules', { join_rule: 'public' });
        await speak(alice, room, step);
        if (step === 3) room.time = await timeOf(alice, room, 'message3');
        room.tokens[step] = (await alice.request('GET', `${pathOf(room.roomId)}/messages?dir=b&limit=1`))['start'] as string;
      }),
    );
    if (step > 1) continue;
    const nothing = { filter: JSON.stringify({ room: { rooms: [] } }) };
    await forAll([...users], async ([way, user]) => void since.set(way, (await user.sync(nothing)).next_batch));
  }
  for (const [way, user] of users) {
    if (way.forgets) await forAll(rooms, async ({ roomId }) => void (await user.request('POST', `${pathOf(roomId)}/forget`, {})));
  }
  const casesIn = (room: Room): [Case, TestUser][] => peopleIn(users, room).map(([way, user]) => [new Case(way, room.name), user]);
  return { server, rooms, users, since, casesIn };
}

const peopleIn = (users: ReadonlyMap<Way, TestUser>, { name }: Room): [Way, TestUser][] => {
  const ways = new Set(waysIn(name));
  return [...users].filter(([way]) => ways.has(way));
};

interface Beginning extends Room {
  readonly eventIds: Map<string, string>;
  readonly tokens: string[];
  time: number;
}

async function begin(alice: TestUser, name: string, visibility: Visibility | undefined): Promise<Beginning> {
  const initial = [
    { type: 'm.room.history_visibility', state_key: '', content: contentOf(visibility, '') },
    { type: 'm.room.join_rules', state_key: '', content: { join_rule: 'public' } },
  ];
  const roomId = await alice.createRoom({ preset: 'private_chat', initial_state: initial });
  return { name, roomId, eventIds: new Map(), tokens: [], time: 0 };
}

async function say(room: Beginning, sent: Sent, send: (mark: string) => Promise<string>): Promise<string> {
  const eventId = await send(markOf(sent));
  room.eventIds.set(markOf(sent), eventId);
  return eventId;
}

/** All but the first message belong to its thread; references and edits are of the first message too. */
async function speak(alice: TestUser, room: Beginning, step: number): Promise<void> {
  const { roomId } = room;
  const root = room.eventIds.get('message0');
  const related = (relType: string): object => (root === undefined ? {} : { 'm.relates_to': { rel_type: relType, event_id: root } });
  await say(room, { kind: 'topic', step }, (mark) => alice.setState(roomId, 'm.room.topic', { topic: `tale ${mark}` }));
  await say(room, { kind: 'message', step }, (mark) => alice.send(roomId, { msgtype: 'm.text', body: `tale ${mark}`, ...related('m.thread') }));
  await say(room, { kind: 'reference', step }, (mark) => alice.sendEvent(roomId, 'org.example.vote', { mark, ...related('m.reference') }));
  await say(room, { kind: 'edit', step }, (mark) => {
    const text = { msgtype: 'm.text', body: `tale ${mark}` };
    return alice.send(roomId, { ...text, 'm.new_content': text, ...related('m.replace') });
  });
  await alice.setState(roomId, 'm.room.member', { membership: 'join', displayname: `Alice ${step}` }, alice.userId);
}

async function timeOf(alice: TestUser, { roomId, eventIds }: Room, mark: string): Promise<number> {
  return (await alice.request('GET', `${pathOf(roomId)}/event/${eventIds.get(mark) ?? ''}`))['origin_server_ts'] as number;
}

interface Move {
  readonly user: TestUser;
  readonly from: Membership;
  readonly to: Membership;
  /** Whether nobody can join without an invitation. */
  readonly isShut: boolean;
}

async function move(alice: TestUser, roomId: string, { user, from, to, isShut }: Move): Promise<void> {
  if (from === to) return;
  if (from === 'ban') await alice.request('POST', v3('rooms', roomId, 'unban'), { user_id: user.userId });
  if (to === 'invite' || (to === 'join' && isShut)) await alice.invite(roomId, user);
  if (to === 'join') await user.join(roomId);
  if (to === 'leave') await user.leave(roomId);
  if (to === 'ban') await alice.ban(roomId, user);
  if (to === 'knock') await user.request('POST', v3('knock', roomId), {});
}

async function guestOf({ url, request }: TestServer): Promise<TestUser> {
  const made = (await request('POST', v3('register') + '?kind=guest', {})) as Record<'user_id' | 'access_token' | 'device_id', never>;
  return new TestUser({ url, userId: made.user_id, accessToken: made.access_token, deviceId: made.device_id });
}
