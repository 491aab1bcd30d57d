import type { SyncReply, TestUser } from '../../../src/testing/index.ts';
import type { Json } from '../../../src/testing/test-user.ts';
import { roomsIn } from '../sync-reply.ts';
import { v3 } from '../v3.ts';
import { marksIn, markOf, SENT, STEPS, type Case, type Sent } from './oracle.ts';
import { expectedLine, expectedLines, linesOf, ONLY_MARKED, type Expected } from './roads.ts';
import type { Room, Story } from './story.ts';

/** What a road that is about all rooms of a user tells of each room. */
export type ToldOf = (one: Case, room: Room) => readonly string[];

/** A road that is about all rooms of a user. */
export interface UserRoad {
  readonly name: string;
  readonly guests: boolean;
  ask(user: TestUser, since: string, story: Story): Promise<ToldOf>;
  expected(one: Case): Expected;
}

/** What a part of a reply says although the user may not know it: state is told as it was up to their departure. */
function leaksIn(one: Case, part: unknown): readonly string[] {
  const isAllowed = (sent: Sent): boolean => {
    if (sent.kind === 'topic') return sent.step <= one.stateStep;
    if (sent.kind === 'visibility') return sent.step <= (one.departure ?? STEPS);
    return one.meets(sent);
  };
  const marks = new Set(marksIn(part));
  return SENT.filter((sent) => marks.has(markOf(sent)) && !isAllowed(sent)).map((sent) => `leaked ${markOf(sent)}`);
}

/** The rooms that hold a place in a reply of /sync or /initialSync: joined, left and remembered. */
const isTold = (one: Case): boolean => one.isMember || (one.departure !== undefined && (one.membership === 'leave' || one.membership === 'ban'));

const TIMELINE = JSON.parse(ONLY_MARKED) as object;
const filterOf = (timeline: object, more: object = {}): string =>
  JSON.stringify({ room: { include_leave: true, timeline: { ...TIMELINE, ...timeline }, ...more } });

function toldBySync(reply: SyncReply): ToldOf {
  const [joined, left] = [roomsIn(reply, 'join'), roomsIn(reply, 'leave')];
  const outside = { ...roomsIn(reply, 'invite'), ...roomsIn(reply, 'knock') };
  return (one, room) => {
    const { roomId } = room;
    const body = joined[roomId] ?? left[roomId];
    // Stripped state shows the topic as it is; nothing of what was said may be in it.
    const said = marksIn(outside[roomId]).filter((mark) => !mark.startsWith('topic'));
    return [...linesOf(room, (body?.['timeline'] as Json | undefined)?.['events']), ...leaksIn(one, body), ...said];
  };
}

const fullSync = (name: string, filter: string): UserRoad => ({
  name: `/sync, ${name}`,
  guests: true,
  ask: async (user) => toldBySync(await user.sync({ filter })),
  expected: (one) => (isTold(one) ? expectedLines(one, { bundled: false }) : []),
});

const laterSync = (name: string, more: Readonly<Record<string, string>>): UserRoad => ({
  name: `/sync, ${name}`,
  guests: true,
  ask: async (user, since) => toldBySync(await user.sync({ since, filter: filterOf({ limit: 100 }), ...more })),
  expected: (one) => {
    const hasNews = isTold(one) && (one.departure ?? STEPS) > 1;
    return {
      must: hasNews ? expectedLines(one, { bundled: false, fromStep: 2 }) : [],
      may: isTold(one) ? expectedLines(one, { bundled: false }) : [],
    };
  },
});

const LIMIT = 6;

/** All roads that are about everything of a user. */
export const USER_ROADS: readonly UserRoad[] = [
  fullSync('initial', filterOf({ limit: 100 })),
  fullSync('with lazy-loaded members', filterOf({ limit: 100 }, { state: { lazy_load_members: true } })),
  {
    name: '/sync, limited',
    guests: true,
    ask: async (user) => toldBySync(await user.sync({ filter: filterOf({ limit: LIMIT }) })),
    expected: (one) => {
      const met = isTold(one) ? SENT.filter((sent) => one.meets(sent)) : [];
      return met.slice(-LIMIT).map((sent) => expectedLine(one, sent, met.length > LIMIT));
    },
  },
  laterSync('incremental', {}),
  laterSync('incremental with the full state', { full_state: 'true' }),
  laterSync('incremental with the state after it', { use_state_after: 'true' }),
  {
    name: '/search',
    guests: false,
    async ask(user) {
      const events = { search_term: 'tale', order_by: 'recent', event_context: { before_limit: 1, after_limit: 1 }, include_state: true };
      const results: Json[] = [];
      const states: Record<string, unknown> = {};
      for (let next: string | undefined = ''; next !== undefined;) {
        const query = next === '' ? '' : `?next_batch=${next}`;
        const body = { search_categories: { room_events: { ...events, filter: { limit: 100 } } } };
        const reply = (await user.request('POST', `${v3('search')}${query}`, body))['search_categories'] as Record<'room_events', Json>;
        const page = reply.room_events;
        results.push(...((page['results'] ?? []) as Json[]));
        Object.assign(states, page['state']);
        next = page['next_batch'] as string | undefined;
      }
      return (one, room) => {
        const ofRoom = results.filter(({ result }) => (result as Json)['room_id'] === room.roomId);
        const found = ofRoom.map(({ result }) => result);
        return [...linesOf(room, found), ...leaksIn(one, ofRoom), ...leaksIn(one, states[room.roomId])];
      };
    },
    expected: (one) => (one.isMember || one.departure !== undefined ? expectedLines(one, { kinds: ['message', 'edit', 'topic'] }) : []),
  },
  {
    name: '/notifications',
    guests: false,
    async ask(user) {
      const found: Json[] = [];
      for (let from: string | undefined = ''; from !== undefined;) {
        const reply = await user.request('GET', `${v3('notifications')}?limit=100${from === '' ? '' : `&from=${from}`}`);
        found.push(...(reply['notifications'] as Json[]));
        from = reply['next_token'] as string | undefined;
      }
      return (_, room) =>
        linesOf(
          room,
          found.filter(({ room_id: roomId }) => roomId === room.roomId).map(({ event }) => event),
        );
    },
    expected: (one) => {
      const { path } = one.way;
      const stay = path.findLastIndex((membership) => membership !== 'join') + 1;
      const kinds = ['message'] as const;
      return {
        must: one.isMember ? expectedLines(one, { bundled: false, kinds, fromStep: stay }) : [],
        // The first edit edits nothing: it is a message.
        may: expectedLines(one, { bundled: false, kinds: [...kinds, 'edit'] }),
      };
    },
  },
  {
    name: '/initialSync',
    guests: false,
    async ask(user) {
      const rooms = (await user.request('GET', `${v3('initialSync')}?limit=100&archived=true`))['rooms'] as Json[];
      return (one, room) => {
        const told = rooms.find(({ room_id: roomId, membership }) => roomId === room.roomId && membership !== 'invite');
        return [...linesOf(room, (told?.['messages'] as Json | undefined)?.['chunk']), ...leaksIn(one, told)];
      };
    },
    // At most 100 events, of any kind, with what relates to them or without.
    expected: (one) => {
      const may = isTold(one) ? [...expectedLines(one, { bundled: false }), ...expectedLines(one)] : [];
      return { must: one.isMember ? expectedLines(one, { bundled: false, fromStep: STEPS - 1 }) : [], may };
    },
  },
];
