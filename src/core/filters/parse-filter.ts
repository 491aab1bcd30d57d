import { compileGlob } from '../glob.ts';
import type { JsonValue } from '../json.ts';
import { parseEventFields } from './event-fields.ts';
import type { EventFilter, Filter, IdFilter, RoomEventFilter, RoomFilter, TypePatterns } from './filter.ts';
import { FilterReader } from './filter-reader.ts';

const DEFAULT_LIMIT = 10;
const MAX_LIMIT = 100;
/** Ids are looked up, so that many cost little; each pattern is tried on each event. */
const MAX_IDS = 10_000;
const MAX_PATTERNS = 250;

function typePatterns(patterns: readonly string[] | undefined): TypePatterns | undefined {
  if (patterns === undefined) return undefined;
  const names = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const globs = patterns.filter((pattern) => pattern.includes('*')).map((pattern) => compileGlob(pattern, { wildcards: '*' }));
  return { patterns, matches: (type) => names.has(type) || globs.some((matches) => matches(type)) };
}

function idFilter(reader: FilterReader, key: string, sigil: string): IdFilter {
  const include = reader.texts(key, MAX_IDS, sigil);
  return { include: include && new Set(include), exclude: new Set(reader.texts(`not_${key}`, MAX_IDS, sigil)) };
}

function eventFilter(reader: FilterReader): EventFilter {
  return {
    limit: Math.min(reader.naturalNumber('limit') ?? DEFAULT_LIMIT, MAX_LIMIT),
    types: { include: typePatterns(reader.texts('types', MAX_PATTERNS)), exclude: typePatterns(reader.texts('not_types', MAX_PATTERNS)) },
    senders: idFilter(reader, 'senders', '@'),
  };
}

function roomEventFilter(reader: FilterReader): RoomEventFilter {
  return {
    ...eventFilter(reader),
    rooms: idFilter(reader, 'rooms', '!'),
    containsUrl: reader.boolean('contains_url'),
    lazyLoadMembers: reader.boolean('lazy_load_members') ?? false,
    includeRedundantMembers: reader.boolean('include_redundant_members') ?? false,
    unreadThreadNotifications: reader.boolean('unread_thread_notifications') ?? false,
    relatedByRelTypes: reader.texts('related_by_rel_types', MAX_PATTERNS),
    relatedBySenders: reader.texts('related_by_senders', MAX_IDS, '@'),
  };
}

function roomFilter(reader: FilterReader): RoomFilter {
  return {
    rooms: idFilter(reader, 'rooms', '!'),
    includeLeave: reader.boolean('include_leave') ?? false,
    timeline: roomEventFilter(reader.object('timeline')),
    state: roomEventFilter(reader.object('state')),
    ephemeral: roomEventFilter(reader.object('ephemeral')),
    accountData: roomEventFilter(reader.object('account_data')),
  };
}

/**
 * Reads the filter of a sync, with its defaults; `{}` is the filter that lets everything through.
 * An empty list of `event_fields` is taken for none: nobody wants events without anything.
 * @throws InvalidInput with the place in the filter: M_BAD_JSON for a wrong form, M_INVALID_PARAM for too many entries
 */
export function parseFilter(json: JsonValue): Filter {
  const reader = new FilterReader(json);
  const fields = reader.texts('event_fields', MAX_PATTERNS) ?? [];
  return {
    eventFields: fields.length === 0 ? undefined : parseEventFields(fields),
    eventFormat: reader.oneOf('event_format', ['client', 'federation']),
    presence: eventFilter(reader.object('presence')),
    accountData: eventFilter(reader.object('account_data')),
    room: roomFilter(reader.object('room')),
  };
}

/**
 * Reads the filter of `/messages` and `/context`, which is one for the events of a room.
 * @throws InvalidInput as `parseFilter` does
 */
export const parseRoomEventFilter = (json: JsonValue): RoomEventFilter => roomEventFilter(new FilterReader(json));
