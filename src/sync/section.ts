/**
 * What a feature adds to the reply of /sync.
 *
 * Each feature that clients follow is one file in sections/ that answers one question: what changed for this user between
 * `since` and `upTo`? The file exports a section, or a function that makes one from the services it needs, and server/compose.ts
 * adds it to the list that the assembler is given. Nothing else has to know it.
 *
 * The rules of the game:
 * - `upTo` is fixed before anything is read and is the same for all sections. Rows that are newer (`pos > upTo.stream`) may be there
 *   already and must be left to the next sync: they are not durable yet. An incremental section reads `pos > since.stream and pos <= upTo.stream`.
 * - What changes takes its position with `nextPosition()` and wakes a topic in the same Work: `user:<id>` for what concerns one user,
 *   `room:<id>` for what concerns everybody in a room. Who syncs is woken by their own topic and by those of the rooms they have joined.
 * - What lives in memory only (typing, presence) takes its position from `notifier.wake(topics)`, and compares with `since.memory`
 *   and `upTo.memory` in the same way. After a restart `since.memory` is older than everything, never newer.
 * - Ask `request.mayHaveChanged(topic)` before asking the database: an empty sync must cost nothing.
 * - `since` is undefined for an initial sync: then a section tells everything there is.
 * - A section that has nothing to tell answers undefined (or leaves a room out), so that a long poll goes on waiting.
 */
import type { Filter } from '../core/filters/filter.ts';
import type { RoomId, UserId } from '../core/identifiers.ts';
import type { JsonObject } from '../core/json.ts';
import type { Viewer } from '../engine/events/viewer.ts';
import type { Topic, Work } from '../kernel/work.ts';
import type { SyncPosition } from './token.ts';

export interface SyncRequest {
  /** Who syncs, on which device, and whom they ignore. */
  readonly viewer: Viewer;
  /** The rooms that the user is joined to, whatever the filter says. */
  readonly joinedRooms: ReadonlySet<RoomId>;
  /** Those of them about whose topic something was stored after `since`. */
  readonly wokenRooms: readonly RoomId[];
  /** Up to where the client knows everything; undefined for an initial sync. */
  readonly since: SyncPosition | undefined;
  readonly upTo: SyncPosition;
  readonly filter: Filter;
  /** Of whose presence the modules let the user hear, beside those with whom they share a room. */
  readonly interestedIn: ReadonlySet<UserId> | 'ALL';
  readonly fullState: boolean;
  /** `state_after` instead of `state`. */
  readonly useStateAfter: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** False only when nothing that is stored about the topic changed after `since`. */
  mayHaveChanged(topic: Topic): boolean;
}

/** Keys for the reply itself, e.g. `{ to_device: { events } }`. */
export interface Answer {
  readonly body: JsonObject;
  /** False for what every reply carries (key counts), which is no reason to end a long poll. */
  readonly isNews: boolean;
  /** Takes the place of what `upTo` says in `next_batch`, for a section that could not tell all there is. */
  readonly next?: Partial<SyncPosition>;
}

/** A section of the reply outside of rooms: global account data, presence, to_device, device_lists, key counts. */
export type Section = (request: SyncRequest) => Work<Answer | undefined>;

/** Joined rooms of which the client knows everything up to `since`. */
export interface KnownRooms {
  /** Those about whose topic something was stored since: the only ones in which anything can have happened for everybody. */
  readonly woken: readonly RoomId[];
  /** All of them: what a user keeps about rooms (account data, tags) is asked for by user, and looked up here. */
  readonly all: ReadonlySet<RoomId>;
}

export type RoomEvents = ReadonlyMap<RoomId, readonly JsonObject[]>;

/** The events that a feature adds to joined rooms; those that the filter does not want are left out afterwards. */
export interface RoomSection {
  /** What changed between `since` and `upTo` in rooms that the client knows. */
  changes(request: SyncRequest, since: SyncPosition, rooms: KnownRooms): Work<RoomEvents>;
  /** All there is up to `upTo`, for rooms that are new to the client: those of an initial sync, and those joined since. Some dozens at a time. */
  everything(request: SyncRequest, rooms: readonly RoomId[]): Work<RoomEvents>;
}

/** Everything that features contribute, in the order in which it is asked. */
export interface Sections {
  readonly global: readonly Section[];
  /** For `ephemeral` of a joined room. */
  readonly ephemeral: readonly RoomSection[];
  /** For `account_data` of a joined room. */
  readonly roomAccountData: readonly RoomSection[];
}
