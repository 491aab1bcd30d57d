import { open } from 'node:fs/promises';
import { stateKeyOf, parseStateKey, type Event, type StateKey } from '../../../core/event.ts';
import { parseEvent } from '../../../core/events.ts';
import type { RoomId } from '../../../core/identifiers.ts';
import { roomVersion, type RoomVersion } from '../../../core/room-versions.ts';
import type { StateView } from '../../../kernel/event-plan.ts';
import type { DerivedQuestion, PastQuestions } from '../questions.ts';
import { FORM, type EventLine, type HeadLine, type Line, type RecordedEvent, type RoomLine, type StateLine } from './lines.ts';

/** What is no recording, or not one that this version can read. */
export class BadRecording extends Error {
  override readonly name = 'BadRecording';
}

/** A recording while it is read. */
export interface RecordedHistory {
  readonly head: HeadLine;
  /** What modules were asked about each event; each has to be done with before the next is fetched, as the state goes on with it. */
  readonly past: AsyncGenerator<PastQuestions, void>;
}

/** @throws BadRecording, also while the past is read; what the file system throws */
export const readRecordingFile = async (file: string | URL): Promise<RecordedHistory> => readRecording((await open(file)).readLines());

/** @throws BadRecording, also while the past is read */
export async function readRecording(lines: AsyncIterable<string>): Promise<RecordedHistory> {
  const iterator = lines[Symbol.asyncIterator]();
  const first = await iterator.next();
  const head = first.done === true ? undefined : (parsed(first.value, 1) as Partial<HeadLine>);
  if (head?.plexus_recording !== FORM) throw new BadRecording(`this is no recording of form ${FORM}, as \`plexus record\` writes them`);
  return { head: head as HeadLine, past: pastOf(iterator) };
}

async function* pastOf(lines: AsyncIterator<string>): AsyncGenerator<PastQuestions, void> {
  const rooms = new Map<RoomId, RecordedRoom>();
  for (let number = 2; ; number++) {
    const next = await lines.next();
    if (next.done === true) return;
    if (next.value === '') continue;
    const line = parsed(next.value, number) as Line;
    if ('version' in line) {
      rooms.set(line.room_id, new RecordedRoom(line));
      continue;
    }
    const room = rooms.get(line.room_id);
    if (room === undefined) throw new BadRecording(`line ${number} is of a room that no line before has introduced`);
    if ('state' in line) room.change(line);
    else yield* room.questions(line);
  }
}

/** A room, as far as it has been read. */
class RecordedRoom {
  readonly #roomId: RoomId;
  readonly #version: RoomVersion;
  readonly #state = new Map<StateKey, Event>();

  constructor({ room_id: roomId, version }: RoomLine) {
    const known = roomVersion(version);
    if (known === undefined) throw new BadRecording(`${roomId} has version ${version}, which is not known here`);
    this.#roomId = roomId;
    this.#version = known;
  }

  change({ state, gone }: StateLine): void {
    for (const [type, stateKey] of gone) this.#state.delete(stateKeyOf(type, stateKey));
    for (const recorded of state) this.#put(this.#event(recorded));
  }

  *questions(line: EventLine): Generator<PastQuestions> {
    const event = this.#event(line);
    const before = line.asked.map(([name, ...args]) => ({ name, args }) as unknown as DerivedQuestion);
    yield { event, state: viewOf(this.#state), before };
    this.#put(event);
  }

  #event({ event_id: eventId, pdu }: RecordedEvent): Event {
    return parseEvent(pdu, this.#version, { eventId, roomId: this.#roomId });
  }

  #put(event: Event): void {
    if (event.stateKey !== undefined) this.#state.set(stateKeyOf(event.type, event.stateKey), event);
  }
}

const viewOf = (state: ReadonlyMap<StateKey, Event>): StateView => ({
  get: (type, stateKey) => Promise.resolve(state.get(stateKeyOf(type, stateKey))),
  has: (type, stateKey) => Promise.resolve(state.has(stateKeyOf(type, stateKey))),
  async *[Symbol.asyncIterator]() {
    for (const [key, event] of state) {
      const [type, stateKey] = parseStateKey(key);
      yield [type, stateKey, event] as const;
    }
    await Promise.resolve();
  },
});

function parsed(line: string, number: number): object {
  try {
    return JSON.parse(line) as object;
  } catch {
    throw new BadRecording(`line ${number} is no JSON`);
  }
}
