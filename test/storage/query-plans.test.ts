import { expect } from 'chai';
import type { EventId, RoomId, UserId } from '../../src/core/identifiers.ts';
import type { Query, Work } from '../../src/kernel/work.ts';
import { migrationsFolder } from '../../src/server/migrations-folder.ts';
import * as aggregations from '../../src/store/aggregations.ts';
import * as children from '../../src/store/children.ts';
import * as currentState from '../../src/store/current-state.ts';
import * as deviceLists from '../../src/store/device-lists.ts';
import * as decisions from '../../src/store/decisions.ts';
import * as events from '../../src/store/events.ts';
import type { StoredEvent } from '../../src/store/events.ts';
import * as mediaCopies from '../../src/store/media-copies.ts';
import * as mediaStorage from '../../src/store/media-storage.ts';
import * as memberships from '../../src/store/memberships.ts';
import * as notified from '../../src/store/notified.ts';
import * as presence from '../../src/store/presence.ts';
import { readMigrations } from '../../src/store/migrations.ts';
import * as roomSummaries from '../../src/store/room-summaries.ts';
import * as state from '../../src/store/state.ts';
import type { StateGroup } from '../../src/store/state.ts';
import { stateHistory } from '../../src/store/state-history.ts';
import * as threadPages from '../../src/store/thread-pages.ts';
import * as timeline from '../../src/store/timeline.ts';
import * as toDevice from '../../src/store/to-device.ts';
import * as users from '../../src/store/users.ts';
import { RawDatabase } from '../support/raw-database.ts';

const [room, user, id, group] = ['!r' as RoomId, '@u:x' as UserId, '$e' as EventId, 1 as StateGroup];
const perspective = { roomId: room, viewer: user, ignored: new Set([user]), newest: 9 };
const sight = { ...perspective, spans: [{ after: 0, upTo: 9 }] };
const event = { event: { eventId: id, sender: user, type: 't' } } as StoredEvent;
const related = { roomId: room, parentId: id, viewer: user, relType: undefined, eventType: undefined, direction: 'b' } as const;

/** Who of many shares a room with one user. */
const SHARING = {
  'comings and goings in rooms': deviceLists.passagesIn([room, room], user, 0),
  'changed device lists': deviceLists.changedSince(user, 0),
  'others in the rooms of a user': presence.sharingRooms(user, [user, user]),
};

const QUERIES: Readonly<Record<string, Work<unknown>>> = {
  'decisions about a user': decisions.list({ user: '@u:x' }, 9, 5),
  'decisions in a room': decisions.list({ room: '!r' }, undefined, 5),
  'decisions of a module since a time': decisions.list({ module: 'm', from: 1, to: 9 }, undefined, 5),
  'decisions about an event': decisions.list({ event: '$e' }, undefined, 5),
  'the request of an incident': decisions.requestsOfIncident('i'),
  'state at a key': state.lookUp(group, 't', ''),
  'states at keys': state.lookUpAll([group, group], ['t', 'u'], ['', 'k']),
  'a whole state': state.whole(group),
  'the members of a state': state.whole(group, 'm.room.member'),
  'history of a key': stateHistory(room, 't', ''),
  'a page of a timeline': timeline.page({ roomId: room, viewer: user, after: 0, upTo: 9, direction: 'b' }, 5),
  'events by time': timeline.byTime(room, { originServerTs: 1, pos: 1 }, 'f', 5),
  'counts of relations': aggregations.counts([id, id], ['m.thread', 'm.replace'], perspective),
  'newest events of a thread': aggregations.newestInThread(id, perspective, 5),
  'newest edits': aggregations.newestReplacements(event, perspective, 5),
  references: aggregations.references(id, perspective, 5),
  children: children.page({ ...related, depth: 1 }, 0, 9, 5),
  'children of children': children.page({ ...related, depth: 3 }, 0, 9, 5),
  'threads of a room': threadPages.page({ roomId: room, upTo: 9, participant: user }, undefined, 5),
  'threads as one user sees them': threadPages.page({ roomId: room, upTo: 9, participant: user }, sight, 5),
  'whether a user sees threads as all do': threadPages.seesAsAll({ ...sight, ignored: new Set() }),
  'a glimpse of a timeline': timeline.glimpses({ roomId: room, viewer: user, after: 0, upTo: 9 }, 5),
  'rooms in which others spoke': timeline.roomsHeard([{ roomId: room, after: 0 }], user, 9),
  'an event': events.find(id),
  'an event at a position': events.findAt(9),
  'some events': events.findAll([id, id]),
  'erased users': users.erasedAmong([user, user]),
  'all state': currentState.entries(room),
  'state without members': currentState.entriesWithoutMembers(room),
  'state of some types': currentState.entriesAt(room, ['t', 'u']),
  'some members': currentState.memberEntries(room, [user, user]),
  'changes of state': currentState.changesAfter(room, 5),
  'a membership': memberships.find(room, user),
  'the number of invites': memberships.countInvited(room),
  'the first members': memberships.firstMembers(room, user, ['join', 'invite'], 5),
  'the summary of a room': roomSummaries.find(room),
  'some state of rooms': currentState.idsAt([room, room], ['t', 'u']),
  'news of a stretch': notified.newsBetween(0, 9),
  'media that are to be copied': mediaStorage.due(9, 4),
  'media that may go': mediaCopies.evictable(9, 20),
  ...SHARING,
  'a message to all devices': toDevice.add(user, '*', { sender: user, type: 't', content: '{}' }, 9, { messages: 1, bytes: 1 }),
};

describe('the queries of reading', () => {
  const db = new RawDatabase(':memory:');
  before(() => {
    for (const { sql } of readMigrations(migrationsFolder, 'sqlite')) db.exec(sql);
  });
  after(() => db.close());

  // What is gathered within a query (what is asked about, the chain of a state, the events found so far, the stretches that are seen) may be walked over, and what has one row;
  // tables may not.
  const WALKED = /^SCAN (?!asked|json_each|chain|related|span|seen|media_storage|CONSTANT ROW)/;

  function firstQuestion(work: Work<unknown>): Query {
    const step = work.next();
    if (step.done === true || !('sql' in step.value)) throw new Error('The first step is not a query');
    return step.value;
  }

  const planOf = (sql: string, args: readonly unknown[]): readonly string[] =>
    (db.all(`explain query plan ${sql}`, ...args) as { detail: string }[]).map(({ detail }) => detail);

  const plans = new Map<string, readonly string[]>();
  for (const [name, work] of Object.entries(QUERIES)) {
    const { sql, args, joint } = firstQuestion(work);
    it(`${name}: go by an index`, () => {
      const plan = planOf(sql, args);
      plans.set(name, plan);
      expect(plan.filter((line) => WALKED.test(line))).to.deep.equal([]);
    });
    if (joint === undefined) continue;
    it(`${name}, of several rooms: go by an index`, () => {
      const plan = planOf(joint.sql, [JSON.stringify([joint.about, joint.about]), ...joint.rest]);
      expect(plan.filter((line) => WALKED.test(line))).to.deep.equal([]);
    });
  }

  for (const name of Object.keys(SHARING)) {
    it(`${name}: go through the rooms of the others, not of the user, who may be in thousands`, () => {
      const tables = (plans.get(name) ?? []).flatMap((line) => /^SEARCH (mine|theirs) /.exec(line)?.[1] ?? []);
      expect(tables).to.deep.equal(['theirs', 'mine']);
    });
  }
});
