import type { Glob } from '../glob.ts';
import type { FieldTree } from './event-fields.ts';

/** Which of some ids are wanted; without `include`, all but the excluded ones. */
export interface IdFilter {
  readonly include: ReadonlySet<string> | undefined;
  readonly exclude: ReadonlySet<string>;
}

/** Like IdFilter, for event types with `*` as a wildcard. */
export interface TypeFilter {
  readonly include: TypePatterns | undefined;
  readonly exclude: TypePatterns | undefined;
}

export interface TypePatterns {
  /** As the client wrote them, for a store that filters by itself. */
  readonly patterns: readonly string[];
  readonly matches: Glob;
}

/** https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3useruseridfilter_request_eventfilter */
export interface EventFilter {
  /** At most this many events; within the server's maximum. */
  readonly limit: number;
  readonly types: TypeFilter;
  readonly senders: IdFilter;
}

export interface RoomEventFilter extends EventFilter {
  readonly rooms: IdFilter;
  /** Only events with (true) or without (false) a `url` in their content; undefined for both. */
  readonly containsUrl: boolean | undefined;
  readonly lazyLoadMembers: boolean;
  readonly includeRedundantMembers: boolean;
  readonly unreadThreadNotifications: boolean;
  /** Only events to which events of one of these types relate; the store knows the relations. */
  readonly relatedByRelTypes: readonly string[] | undefined;
  /** Only events to which events of one of these senders relate. */
  readonly relatedBySenders: readonly string[] | undefined;
}

export interface RoomFilter {
  readonly rooms: IdFilter;
  readonly includeLeave: boolean;
  readonly timeline: RoomEventFilter;
  readonly state: RoomEventFilter;
  readonly ephemeral: RoomEventFilter;
  readonly accountData: RoomEventFilter;
}

/** A filter of a sync, with its defaults: https://spec.matrix.org/v1.19/client-server-api/#filtering */
export interface Filter {
  /** The fields that events are reduced to; undefined for all. */
  readonly eventFields: FieldTree | undefined;
  readonly eventFormat: 'client' | 'federation';
  readonly presence: EventFilter;
  readonly accountData: EventFilter;
  readonly room: RoomFilter;
}
