import type { Event } from '../../core/event.ts';
import { objectAt, stringAt, type JsonObject, type JsonValue } from '../../core/json.ts';
import { copyJson, freezeJson } from './copies.ts';

const NOTHING: JsonObject = Object.freeze({});

/** What a module sees of an event. */
export type ShownEvent = Pick<Event, 'eventId' | 'roomId' | 'sender' | 'type' | 'stateKey' | 'content' | 'originServerTs' | 'redacts' | 'pdu'>;

/** An event as a module sees it. It cannot be changed; `getDict` gives a copy to work on. */
export class ModuleEvent {
  readonly #event: ShownEvent;

  constructor(event: ShownEvent) {
    this.#event = event;
    Object.freeze(this);
  }

  get eventId(): string {
    return this.#event.eventId;
  }
  get roomId(): string {
    return this.#event.roomId;
  }
  get sender(): string {
    return this.#event.sender;
  }
  get type(): string {
    return this.#event.type;
  }
  /** Undefined for an event that is not a state event. */
  get stateKey(): string | undefined {
    return this.#event.stateKey;
  }
  /** Frozen, however deep. */
  get content(): JsonObject {
    return freezeJson(this.#event.content);
  }
  /** Milliseconds since the epoch. */
  get originServerTs(): number {
    return this.#event.originServerTs;
  }
  /** The event that a redaction redacts, wherever the room's version keeps that. */
  get redacts(): string | undefined {
    return this.#event.redacts;
  }
  get unsigned(): JsonObject {
    return freezeJson(objectAt(this.#event.pdu, 'unsigned') ?? NOTHING);
  }
  /** The `membership` of an m.room.member event; undefined for every other one. */
  get membership(): string | undefined {
    return this.#event.type === 'm.room.member' ? stringAt(this.#event.content, 'membership') : undefined;
  }

  isState(): boolean {
    return this.#event.stateKey !== undefined;
  }

  /** A deep mutable copy in wire form (`room_id`, `state_key`, `content` …): the thing to edit and return as a replacement. */
  getDict(): { [key: string]: JsonValue; content: Record<string, JsonValue> } {
    return copyJson(this.#event.pdu) as ReturnType<ModuleEvent['getDict']>;
  }

  /** What it is made of: for passing it on to another thread. @internal */
  shown(): ShownEvent {
    const { eventId, roomId, sender, type, stateKey, content, originServerTs, redacts, pdu } = this.#event;
    return { eventId, roomId, sender, type, stateKey, content, originServerTs, redacts, pdu };
  }
}
