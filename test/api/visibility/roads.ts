import { RequestFailed, type TestUser } from '../../../src/testing/index.ts';
import type { Json } from '../../../src/testing/test-user.ts';
import { pathOf, type SeenEvent } from '../room-reading.ts';
import { v3 } from '../v3.ts';
import { marksIn, markOf, SENT, STEPS, type Case, type Kind, type Sent } from './oracle.ts';
import type { Room } from './story.ts';

/** What is told of a room by some road: a line for each event, in no order that counts; or the status of a refusal. */
export type Told = readonly string[] | number;
/** The same where it is left to the server how much it tells. */
export interface Bounds {
  readonly must: readonly string[];
  readonly may: readonly string[];
}
export type Expected = Told | Bounds;

/** A way by which events or state of a room are handed out. */
export interface Road {
  readonly name: string;
  /** https://spec.matrix.org/v1.19/client-server-api/#guest-access */
  readonly guests: boolean;
  ask(room: Room, user: TestUser): Promise<readonly string[]>;
  expected(one: Case): Expected;
}

/** @returns the status where the road is shut */
export async function toldBy(road: Road, room: Room, user: TestUser): Promise<Told> {
  try {
    return (await road.ask(room, user)).toSorted();
  } catch (error) {
    if (error instanceof RequestFailed) return error.status;
    throw error;
  }
}

export function expectedOf(road: Pick<Road, 'guests' | 'expected'>, one: Case): Expected {
  return one.way.isGuest && !road.guests ? 403 : road.expected(one);
}

/** @returns undefined where it is as it should be */
export function difference(expected: Expected, told: Told): { readonly expected: Expected; readonly told: Told } | undefined {
  if (typeof expected === 'number' || typeof told === 'number') return expected === told ? undefined : { expected, told };
  const { must, may } = 'must' in expected ? expected : { must: expected, may: expected };
  const isRight = must.every((line) => told.includes(line)) && told.every((line) => may.includes(line)) && new Set(told).size === told.length;
  return isRight ? undefined : { expected, told };
}

const first: Sent = { kind: 'message', step: 0 };

/** What a reply says of an event: its mark, what it took the place of, and what relates to it. */
export function lineOf(room: Room, { content, unsigned }: SeenEvent): string {
  const relations = unsigned?.['m.relations'] as Record<'m.thread' | 'm.reference' | 'm.replace', Json> | undefined;
  const thread = relations?.['m.thread'];
  const references = (relations?.['m.reference']?.['chunk'] ?? []) as { event_id: string }[];
  const marks = new Map([...room.eventIds].map(([mark, eventId]) => [eventId, mark]));
  return line(marksIn(content).join(), {
    replaced: marksIn(unsigned?.['prev_content']),
    thread: thread === undefined ? [] : [String(thread['count']), ...marksIn((thread['latest_event'] as SeenEvent).content)],
    references: references.map(({ event_id: eventId }) => marks.get(eventId) ?? eventId),
    edit: marksIn((relations?.['m.replace'] as SeenEvent | undefined)?.content),
  });
}

export const linesOf = (room: Room, events: unknown): string[] =>
  ((events ?? []) as SeenEvent[]).filter(({ content }) => marksIn(content).length > 0).map((event) => lineOf(room, event));

/** The line that a user ought to be told. @param bundled whether the road tells what relates to an event */
export function expectedLine(one: Case, sent: Sent, bundled = true): string {
  const isState = sent.kind === 'topic' || sent.kind === 'visibility';
  const replaced: Sent = { kind: sent.kind, step: sent.step - 1 };
  const isRoot = bundled && sent.kind === 'message' && sent.step === 0;
  const of = (kind: Kind): string[] => (isRoot ? one.met([kind], 1) : []);
  const thread = of('message');
  return line(markOf(sent), {
    replaced: isState && sent.step > 0 && one.sees(replaced) ? [markOf(replaced)] : [],
    thread: thread.length === 0 ? [] : [String(thread.length), ...thread.slice(-1)],
    references: of('reference'),
    edit: of('edit').slice(-1),
  });
}

function line(mark: string, beside: Readonly<Record<'replaced' | 'thread' | 'references' | 'edit', readonly string[]>>): string {
  const said = Object.entries(beside).flatMap(([key, values]) => (values.length === 0 ? [] : [`${key} ${values.join(' ')}`]));
  return [mark, ...said].join(', ');
}

/** The lines of all that a user meets. */
export const expectedLines = (
  one: Case,
  { bundled = true, kinds, fromStep = 0 }: { bundled?: boolean; kinds?: readonly Kind[]; fromStep?: number } = {},
): string[] =>
  SENT.filter((sent) => one.meets(sent) && sent.step >= fromStep && (kinds?.includes(sent.kind) ?? true)).map((sent) =>
    expectedLine(one, sent, bundled),
  );

const TYPES = ['m.room.message', 'm.room.topic', 'm.room.history_visibility', 'org.example.vote'];
export const ONLY_MARKED = JSON.stringify({ types: TYPES });
const idOf = (room: Room, sent: Sent): string => room.eventIds.get(markOf(sent)) ?? '';
const get = (user: TestUser, path: string): Promise<Json> => user.request('GET', path);
const chunk = async (user: TestUser, path: string): Promise<unknown> => (await get(user, path))['chunk'];

const paging = (direction: 'b' | 'f'): Road => ({
  name: `/messages, ${direction === 'b' ? 'backwards' : 'forwards'}`,
  guests: true,
  ask: async (room, user) =>
    linesOf(room, await chunk(user, `${pathOf(room.roomId)}/messages?dir=${direction}&limit=100&filter=${encodeURIComponent(ONLY_MARKED)}`)),
  expected: (one) => (one.mayRead ? expectedLines(one) : 403),
});

const single = (name: string, sent: Sent, path: (roomId: string, eventId: string) => string, guests: boolean): Road => ({
  name: `${name} of ${markOf(sent)}`,
  guests,
  ask: async (room, user) => linesOf(room, [await get(user, path(room.roomId, idOf(room, sent)))]),
  expected: (one) => (one.sees(sent) ? [expectedLine(one, sent)] : 404),
});

const context = (sent: Sent): Road => ({
  name: `/context of ${markOf(sent)}`,
  guests: true,
  async ask(room, user) {
    const query = `limit=100&filter=${encodeURIComponent(ONLY_MARKED)}`;
    const reply = await get(user, `${pathOf(room.roomId)}/context/${encodeURIComponent(idOf(room, sent))}?${query}`);
    return [...linesOf(room, reply['events_before']), ...linesOf(room, [reply['event']]), ...linesOf(room, reply['events_after'])];
  },
  expected: (one) => {
    if (!one.sees(sent)) return 404;
    // What came before an event is before the end of the walk, wherever that is.
    const place = SENT.findIndex((other) => markOf(other) === markOf(sent));
    const around = SENT.filter((other, index) => one.meets(other) || (one.sees(other) && index <= place));
    return around.map((other) => expectedLine(one, other));
  },
});

const topicRead = (one: Case): string => expectedLine(one, { kind: 'topic', step: one.stateStep });

const aliceOf = (members: unknown): string[] =>
  (members as SeenEvent[]).flatMap(({ sender, content }) =>
    sender.startsWith('@alice:') && content['membership'] === 'join' ? [String(content['displayname'])] : [],
  );

/** The members at the end of step 1: what happened last then is a change of name, what came next a change of visibility. */
function membersThen(one: Case): Told {
  const ofStep = Math.min(1, one.stateStep);
  const isSeen = one.departure === 1 || one.sees({ kind: 'edit', step: 1 }) || one.meets({ kind: 'visibility', step: 2 });
  return one.mayRead && isSeen ? [`Alice ${ofStep}`] : 403;
}

/** Everybody may join the rooms, but who is banned. */
const previewed = (one: Case): Told => (one.membership === 'ban' && !one.isOpen ? 403 : [`topic${STEPS - 1}`]);

/** All roads that are about one room. */
export const ROADS: readonly Road[] = [
  paging('b'),
  paging('f'),
  context(first),
  context({ kind: 'edit', step: 1 }),
  single('/event', first, (roomId, eventId) => `${pathOf(roomId)}/event/${eventId}`, true),
  single('/event', { kind: 'message', step: 1 }, (roomId, eventId) => `${pathOf(roomId)}/event/${eventId}`, true),
  single('/event', { kind: 'visibility', step: 2 }, (roomId, eventId) => `${pathOf(roomId)}/event/${eventId}`, true),
  single('/event', { kind: 'topic', step: 4 }, (roomId, eventId) => `${pathOf(roomId)}/event/${eventId}`, true),
  single('/events/{id}', { kind: 'message', step: 2 }, (_, eventId) => v3('events', eventId), false),
  {
    name: '/relations',
    guests: false,
    ask: async (room, user) => linesOf(room, await chunk(user, `${pathOf(room.roomId, 'v1')}/relations/${idOf(room, first)}?limit=100&recurse=true`)),
    expected: (one) => (one.sees(first) ? expectedLines(one, { kinds: ['message', 'reference', 'edit'], fromStep: 1 }) : 404),
  },
  {
    name: '/threads',
    guests: false,
    ask: async (room, user) => linesOf(room, await chunk(user, `${pathOf(room.roomId, 'v1')}/threads`)),
    expected: (one) => {
      if (!one.mayRead || one.membership === 'ban') return 403;
      return one.sees(first) && one.met(['message'], 1).length > 0 ? [expectedLine(one, first)] : [];
    },
  },
  {
    name: '/timestamp_to_event, after message3',
    guests: false,
    async ask(room, user) {
      const reply = await get(user, `${pathOf(room.roomId, 'v1')}/timestamp_to_event?dir=f&ts=${room.time}`);
      return [...room.eventIds].flatMap(([mark, eventId]) => (eventId === reply['event_id'] ? [mark] : []));
    },
    expected: (one) => {
      if (!one.mayRead) return 403;
      return (one.departure ?? STEPS) <= 3 ? 404 : { must: [], may: one.met(undefined, 3) };
    },
  },
  {
    name: '/state',
    guests: true,
    ask: async (room, user) => linesOf(room, await get(user, `${pathOf(room.roomId)}/state`)),
    expected: (one) => (one.mayRead ? [topicRead(one), expectedLine(one, { kind: 'visibility', step: one.departure ?? STEPS - 1 })] : 403),
  },
  {
    name: '/state/m.room.topic',
    guests: true,
    ask: async (room, user) => marksIn(await get(user, `${pathOf(room.roomId)}/state/m.room.topic`)),
    expected: (one) => (one.mayRead ? [`topic${one.stateStep}`] : 403),
  },
  {
    name: '/state/m.room.topic as an event',
    guests: true,
    ask: async (room, user) => linesOf(room, [await get(user, `${pathOf(room.roomId)}/state/m.room.topic?format=event`)]),
    expected: (one) => (one.mayRead ? [topicRead(one)] : 403),
  },
  {
    name: '/members',
    guests: true,
    ask: async (room, user) => aliceOf(await chunk(user, `${pathOf(room.roomId)}/members?membership=join`)),
    expected: (one) => (one.mayRead ? [`Alice ${one.stateStep}`] : 403),
  },
  {
    name: '/members at the end of step 1',
    guests: true,
    ask: async (room, user) => aliceOf(await chunk(user, `${pathOf(room.roomId)}/members?not_membership=leave&at=${room.tokens[1] ?? ''}`)),
    expected: membersThen,
  },
  {
    name: '/joined_members',
    guests: false,
    async ask(room, user) {
      const joined = (await get(user, `${pathOf(room.roomId)}/joined_members`))['joined'] as Record<string, Json>;
      return [String(joined['@alice:localhost']?.['display_name'])];
    },
    expected: (one) => (one.isMember ? [`Alice ${STEPS - 1}`] : 403),
  },
  {
    name: '/initialSync of the room',
    guests: true,
    async ask(room, user) {
      const reply = await get(user, `${pathOf(room.roomId)}/initialSync`);
      const state = linesOf(room, reply['state']).filter((told) => told.startsWith('topic'));
      return [...linesOf(room, (reply['messages'] as Json)['chunk']), ...state.map((told) => `state: ${told}`)];
    },
    // The newest 20 events: whoever is still there finds those of the last step among them.
    expected: (one) => {
      if (!one.mayRead) return 403;
      const state = `state: ${topicRead(one)}`;
      const newest = one.departure === undefined ? expectedLines(one, { bundled: false, kinds: ['message', 'edit'], fromStep: STEPS - 1 }) : [];
      return { must: [state, ...newest], may: [state, ...expectedLines(one, { bundled: false })] };
    },
  },
  {
    name: '/events of the room, from the end of step 3',
    guests: true,
    async ask(room, user) {
      const found: string[] = [];
      for (let from = room.tokens[3] ?? ''; ;) {
        const reply = await get(user, `${v3('events')}?timeout=0&from=${from}&room_id=${encodeURIComponent(room.roomId)}`);
        found.push(...linesOf(room, reply['chunk']));
        if (reply['end'] === from || (reply['chunk'] as unknown[]).length === 0) return found;
        from = reply['end'] as string;
      }
    },
    expected: (one) => (one.mayRead ? expectedLines(one, { bundled: false, fromStep: 4 }) : 403),
  },
  {
    name: '/aliases',
    guests: false,
    ask: async (room, user) => (await get(user, `${pathOf(room.roomId)}/aliases`))['aliases'] as string[],
    expected: (one) => (one.isMember || one.isOpen ? [] : 403),
  },
  {
    name: '/hierarchy',
    guests: false,
    ask: async (room, user) => marksIn((await get(user, `${pathOf(room.roomId, 'v1')}/hierarchy`))['rooms']),
    expected: previewed,
  },
  {
    name: '/room_summary',
    guests: true,
    ask: async (room, user) => marksIn(await get(user, `/_matrix/client/v1/room_summary/${encodeURIComponent(room.roomId)}`)),
    expected: (one) => (previewed(one) === 403 ? 404 : previewed(one)),
  },
];
