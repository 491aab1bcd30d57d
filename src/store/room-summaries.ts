import type { Event } from '../core/event.ts';
import type { RoomId } from '../core/identifiers.ts';
import { stringAt, type JsonObject } from '../core/json.ts';
import { plainTopic } from '../core/room-topic.ts';
import { ask, jointQuestion } from '../kernel/joint-question.ts';
import { execute, inList, row, rows, type Work } from '../kernel/work.ts';

/** What a list of rooms shows of one. */
export interface RoomSummary {
  readonly roomId: RoomId;
  /** 1 when the room is in the published directory. */
  readonly isPublished: number;
  readonly joinedMembers: number;
  readonly roomType: string | null;
  readonly name: string | null;
  readonly topic: string | null;
  readonly avatarUrl: string | null;
  readonly canonicalAlias: string | null;
  readonly joinRule: string | null;
  readonly guestAccess: string | null;
  readonly historyVisibility: string | null;
  readonly encryption: string | null;
}

export const SUMMARY_COLUMNS = `room_id as "roomId", is_published as "isPublished", joined_members as "joinedMembers", room_type as "roomType", name, topic,
  avatar_url as "avatarUrl", canonical_alias as "canonicalAlias", join_rule as "joinRule", guest_access as "guestAccess",
  history_visibility as "historyVisibility", encryption`;

/** State that a summary repeats: its column, and how the event's content says it. */
const COLUMNS: Readonly<Record<string, readonly [column: string, read: (content: JsonObject) => string | undefined]>> = {
  'm.room.create': ['room_type', (content) => stringAt(content, 'type')],
  'm.room.name': ['name', (content) => stringAt(content, 'name')],
  'm.room.topic': ['topic', plainTopic],
  'm.room.avatar': ['avatar_url', (content) => stringAt(content, 'url')],
  'm.room.canonical_alias': ['canonical_alias', (content) => stringAt(content, 'alias')],
  'm.room.join_rules': ['join_rule', (content) => stringAt(content, 'join_rule')],
  'm.room.guest_access': ['guest_access', (content) => stringAt(content, 'guest_access')],
  'm.room.history_visibility': ['history_visibility', (content) => stringAt(content, 'history_visibility')],
  'm.room.encryption': ['encryption', (content) => stringAt(content, 'algorithm')],
};
const SEARCHED: ReadonlySet<string> = new Set(['name', 'topic', 'canonical_alias']);

/** Begins the summary of a new room. */
export function* create(roomId: RoomId): Work<void> {
  yield* execute('insert into room_summaries (room_id) values (?)', roomId);
}

export function* find(roomId: RoomId): Work<RoomSummary | undefined> {
  return (yield* ask<RoomSummary>(FIND, [roomId]))[0];
}

const FIND = jointQuestion({ columns: SUMMARY_COLUMNS, from: 'room_summaries', where: (asked) => `room_id = ${asked(0)}` });

/** How many users have joined each of some rooms. */
export function* joinedCounts(roomIds: readonly RoomId[]): Work<ReadonlyMap<RoomId, number>> {
  const list = inList(roomIds);
  const found = yield* rows<{ roomId: RoomId; joined: number }>(
    `select room_id as "roomId", joined_members as joined from room_summaries where room_id in ${list.marks}`,
    ...list.args,
  );
  return new Map(found.map(({ roomId, joined }) => [roomId, joined]));
}

/** Takes over what an event of the room's present state says. */
export function* note(event: Pick<Event, 'roomId' | 'type' | 'stateKey' | 'content'>): Work<void> {
  const [column, read] = (Object.hasOwn(COLUMNS, event.type) ? COLUMNS[event.type] : undefined) ?? [];
  if (column === undefined || read === undefined || event.stateKey !== '') return;
  const value = read(event.content) ?? '';
  yield* execute(`update room_summaries set ${column} = ? where room_id = ?`, value === '' ? null : value, event.roomId);
  if (SEARCHED.has(column)) yield* updateSearchText(event.roomId);
}

/** SQLite's lower() knows only ASCII, so the text is put in lower case here. */
function* updateSearchText(roomId: RoomId): Work<void> {
  const found = yield* row<Readonly<Record<string, string | null>>>(
    'select name, topic, canonical_alias from room_summaries where room_id = ?',
    roomId,
  );
  const text = [found?.['name'], found?.['topic'], found?.['canonical_alias']].filter((part) => typeof part === 'string').join('\n');
  yield* execute('update room_summaries set search_text = ? where room_id = ?', text.toLowerCase(), roomId);
}

/** Counts somebody who joined (1) or is no longer joined (-1). */
export function* countJoined(roomId: RoomId, change: 1 | -1): Work<void> {
  yield* execute('update room_summaries set joined_members = joined_members + ? where room_id = ?', change, roomId);
}

/** Puts a room into the published directory, or takes it out. */
export function* publish(roomId: RoomId, isPublished: boolean): Work<void> {
  yield* execute('update room_summaries set is_published = ? where room_id = ?', Number(isPublished), roomId);
}
