import type { EventId, RoomId } from '../../../core/identifiers.ts';
import type { JsonObject, JsonValue } from '../../../core/json.ts';

/** The form of recordings, which another version of Plexus may write otherwise. */
export const FORM = 1;

/** The first line of a recording. */
export interface HeadLine {
  readonly plexus_recording: typeof FORM;
  readonly server_name: string;
  /** ms since the epoch */
  readonly since: number;
  /** Whether what people wrote is in it. */
  readonly words: boolean;
}

export interface RecordedEvent {
  readonly event_id: EventId;
  readonly pdu: JsonObject;
}

/** A room that was not mentioned before. */
export interface RoomLine {
  readonly room_id: RoomId;
  readonly version: string;
}

/** How the state of a room differs from what the lines before say. */
export interface StateLine {
  readonly room_id: RoomId;
  readonly state: readonly RecordedEvent[];
  /** What is no part of it: types and state keys. */
  readonly gone: readonly (readonly [type: string, stateKey: string])[];
}

/** An event, and what was asked before it. From then on it is part of the room's state, if it is a state event. */
export interface EventLine extends RecordedEvent {
  readonly room_id: RoomId;
  readonly asked: readonly (readonly [name: string, ...args: JsonValue[]])[];
}

export type Line = RoomLine | StateLine | EventLine;
