import type { EventId, RoomId, UserId } from './identifiers.ts';
import type { JsonObject } from './json.ts';
import type { RoomVersion } from './room-versions.ts';

/**
 * An event of a room's graph, parsed once and immutable. `pdu` is the wire form that was hashed and signed;
 * the other fields are read from it so that no caller needs to know a room version's event format.
 */
export interface Event {
  readonly eventId: EventId;
  readonly roomId: RoomId;
  readonly version: RoomVersion;
  readonly type: string;
  /** Undefined for an event that is not a state event. */
  readonly stateKey: string | undefined;
  readonly sender: UserId;
  readonly content: JsonObject;
  readonly originServerTs: number;
  readonly depth: number;
  readonly prevEvents: readonly EventId[];
  readonly authEvents: readonly EventId[];
  /** The event that a redaction redacts, wherever its room version keeps that. */
  readonly redacts: EventId | undefined;
  readonly pdu: JsonObject;
}

export type StateEvent = Event & { readonly stateKey: string };

/** What someone wants to send, before the graph decides where it stands. */
export interface EventTemplate {
  readonly type: string;
  readonly stateKey?: string | undefined;
  readonly sender: UserId;
  readonly content: JsonObject;
  readonly redacts?: EventId | undefined;
  /** Milliseconds since the epoch; the builder's clock when absent. */
  readonly originServerTs?: number | undefined;
}

export const isState = (event: Event): event is StateEvent => event.stateKey !== undefined;

/** State is a map from (type, state key) to a value; this is the map's key as one string. */
export type StateKey = string & { readonly __stateKey: never };
export const stateKeyOf = (type: string, stateKey: string): StateKey => `${type}\u0000${stateKey}` as StateKey;
export const parseStateKey = (key: StateKey): [type: string, stateKey: string] => {
  const at = key.indexOf('\u0000');
  return [key.slice(0, at), key.slice(at + 1)];
};
/** The state of a room: which event stands at each (type, state key). */
export type StateMap<T = EventId> = ReadonlyMap<StateKey, T>;
