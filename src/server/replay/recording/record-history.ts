import { parseStateKey, stateKeyOf, type Event, type StateKey } from '../../../core/event.ts';
import type { EventId, RoomId } from '../../../core/identifiers.ts';
import { isObject, objectAt, type JsonObject, type JsonValue } from '../../../core/json.ts';
import type { Reader } from '../../../kernel/database.ts';
import * as events from '../../../store/events.ts';
import type { StoredEvent } from '../../../store/events.ts';
import * as state from '../../../store/state.ts';
import { storedHistory } from '../history-walk.ts';
import { questionsAbout } from '../questions.ts';
import { FORM, type EventLine, type HeadLine, type Line, type RecordedEvent, type StateLine } from './lines.ts';
import { unreadable } from './unreadable.ts';

export interface RecordingWish {
  readonly serverName: string;
  /** ms since the epoch */
  readonly since: number;
  /** Whether what people wrote is to be in it. */
  readonly words: boolean;
}

/**
 * Writes down what modules were asked about the events that are stored, and what they could see of the state then. Redacted events are
 * left out, but stay a part of the state.
 * @returns lines of JSON
 */
export async function* recordHistory(reader: Reader, { serverName, since, words }: RecordingWish): AsyncGenerator<string, void> {
  const recorder = new Recorder(reader, words);
  const head: HeadLine = { plexus_recording: FORM, server_name: serverName, since, words };
  yield JSON.stringify(head);
  for await (const stored of storedHistory(reader, since)) {
    if (stored.redactedBy !== undefined) continue;
    for (const line of await recorder.linesAbout(stored)) yield JSON.stringify(line);
  }
}

class Recorder {
  readonly #reader: Reader;
  readonly #words: boolean;
  /** The state of each room, as whoever reads the lines so far knows it. */
  readonly #known = new Map<RoomId, Map<StateKey, EventId>>();
  /** The state groups that are known to be as above. */
  readonly #sure = new Map<RoomId, StoredEvent['stateBefore']>();

  constructor(reader: Reader, words: boolean) {
    this.#reader = reader;
    this.#words = words;
  }

  async linesAbout(stored: StoredEvent): Promise<readonly Line[]> {
    const { event, stateBefore } = stored;
    const { roomId, type, stateKey, eventId } = event;
    const lines: Line[] = [];
    if (!this.#known.has(roomId)) {
      this.#known.set(roomId, new Map());
      lines.push({ room_id: roomId, version: event.version.id });
    }
    const known = this.#known.get(roomId) ?? new Map<StateKey, EventId>();
    if (!this.#sure.has(roomId) || this.#sure.get(roomId) !== stateBefore) lines.push(...(await this.#changes(roomId, known, stateBefore)));
    lines.push(await this.#lineOf(stored));
    if (stateKey === undefined) return lines;
    known.set(stateKeyOf(type, stateKey), eventId);
    // What became of it, the next event tells: it may be hidden, or another may stand in its place.
    this.#sure.delete(roomId);
    return lines;
  }

  async #changes(roomId: RoomId, known: Map<StateKey, EventId>, group: StoredEvent['stateBefore']): Promise<readonly StateLine[]> {
    const actual = group === undefined ? new Map<StateKey, EventId>() : await this.#reader.read(() => state.whole(group));
    const gone = [...known.keys()].filter((key) => !actual.has(key));
    const changed = [...actual].filter(([key, eventId]) => known.get(key) !== eventId);
    for (const key of gone) known.delete(key);
    for (const [key, eventId] of changed) known.set(key, eventId);
    this.#sure.set(roomId, group);
    if (gone.length === 0 && changed.length === 0) return [];
    const found = await this.#reader.read(() => events.findAll(changed.map(([, eventId]) => eventId)));
    return [
      {
        room_id: roomId,
        state: found.toSorted((one, other) => one.pos - other.pos).map(({ event }) => this.#recorded(event)),
        gone: gone.map(parseStateKey),
      },
    ];
  }

  async #lineOf(stored: StoredEvent): Promise<EventLine> {
    const { before } = await questionsAbout(stored, this.#reader);
    const asked = before.map(({ name, args }): EventLine['asked'][number] => [
      name,
      ...(args as readonly JsonValue[]).map((arg) => (isObject(arg) ? this.#shown(arg) : arg)),
    ]);
    return { room_id: stored.event.roomId, ...this.#recorded(stored.event), asked };
  }

  #recorded({ eventId, pdu }: Event): RecordedEvent {
    const { signatures: _signatures, hashes: _hashes, unsigned: _unsigned, ...others } = pdu;
    return { event_id: eventId, pdu: { ...others, content: this.#shown(objectAt(pdu, 'content') ?? {}) } };
  }

  #shown(value: JsonObject): JsonValue {
    return this.#words ? value : unreadable(value);
  }
}
