/** Reading and making events: https://spec.matrix.org/v1.19/server-server-api/#pdus */
import type { Event, EventTemplate } from './event.ts';
import { checkEventFormat } from './event-format.ts';
import { contentHash, essentialBytes, eventIdFromHash, eventIdOf, referenceHash, sha256 } from './hashes.ts';
import { toBase64, toUrlSafeBase64 } from './base64.ts';
import type { EventId, RoomId, ServerName, UserId } from './identifiers.ts';
import { InvalidEvent, TooLarge } from './invalid-event.ts';
import { stringAt, type JsonObject, type JsonValue } from './json.ts';
import type { RoomVersion } from './room-versions.ts';
import { addSignature, type SigningKey } from './signatures.ts';

/** What a caller has established already, such as a store that reads its own rows. */
export interface KnownFacts {
  /** Spares the hash and the checks of the format. */
  readonly eventId?: EventId | undefined;
  readonly roomId?: RoomId | undefined;
}

/**
 * Reads an event in the form that goes over federation and into the store.
 * Its signatures, content hash and size are not checked here.
 * @throws InvalidEvent when its format is not that of the room version
 */
export function parseEvent(pdu: JsonObject, version: RoomVersion, known: KnownFacts = {}): Event {
  if (known.eventId === undefined) checkEventFormat(pdu, version);
  return eventFrom(pdu, version, known.eventId ?? eventIdOf(pdu, version), known.roomId);
}

function eventFrom(pdu: JsonObject, version: RoomVersion, eventId: EventId, roomId?: RoomId): Event {
  const type = pdu['type'] as string;
  const content = pdu['content'] as JsonObject;
  return {
    eventId,
    roomId: roomId ?? roomIdIn(pdu, type, version, eventId),
    version,
    type,
    stateKey: stringAt(pdu, 'state_key'),
    sender: pdu['sender'] as UserId,
    content,
    originServerTs: pdu['origin_server_ts'] as number,
    depth: pdu['depth'] as number,
    prevEvents: referencedIds(pdu['prev_events'], version),
    authEvents: referencedIds(pdu['auth_events'], version),
    redacts: type === 'm.room.redaction' ? (stringAt(version.redacts === 'content' ? content : pdu, 'redacts') as EventId | undefined) : undefined,
    pdu,
  };
}

function referencedIds(references: JsonValue | undefined, version: RoomVersion): EventId[] {
  if (!Array.isArray(references)) throw new InvalidEvent('The event has no references to the events before it');
  return version.references === 'id' ? [...(references as EventId[])] : (references as [EventId, JsonObject][]).map(([id]) => id);
}

function roomIdIn(pdu: JsonObject, type: string, version: RoomVersion, eventId: EventId): RoomId {
  if (version.roomIds === 'create-hash' && type === 'm.room.create') return `!${eventId.slice(1)}` as RoomId;
  return pdu['room_id'] as RoomId;
}

/** The id of the room that a create event makes: its own hash in versions where that is the rule, else its room_id. */
export const roomIdOf = (createEvent: Pick<Event, 'pdu' | 'version' | 'eventId'>): RoomId =>
  roomIdIn(createEvent.pdu, 'm.room.create', createEvent.version, createEvent.eventId);

/** The id of the create event that a room id stands for, in versions where it does. */
export const createEventIdOf = (roomId: RoomId, version: RoomVersion): EventId | undefined =>
  version.roomIds === 'create-hash' ? (`$${roomId.slice(1)}` as EventId) : undefined;

/** An event to refer to; its reference hash (unpadded base64) is needed in room versions whose references carry hashes. */
export type Reference = Event | { readonly eventId: EventId; readonly hash?: string | undefined };

/** Where a new event stands in its room's graph. */
export interface Place {
  /** Undefined for a create event in versions where its hash becomes the room id. */
  readonly roomId: RoomId | undefined;
  readonly prevEvents: readonly Reference[];
  readonly authEvents: readonly Reference[];
  /** One more than the greatest depth of `prevEvents`; 1 for a create event. */
  readonly depth: number;
  /** Milliseconds since the epoch; a time in the template goes before it. */
  readonly originServerTs: number;
}

/** An event that nobody has signed yet. */
export interface UnsignedEvent {
  readonly event: Event;
  /** What a signature covers. */
  readonly bytes: Uint8Array;
}

/**
 * Builds and hashes an event. Neither size nor auth rules are checked here.
 * @throws NotCanonical when its content has no canonical JSON
 */
export function makeUnsignedEvent(template: EventTemplate, place: Place, version: RoomVersion, serverName: ServerName): UnsignedEvent {
  const bare = withEventId(fieldsOf(template, place, version), version, serverName);
  const pdu = withContentHash(bare, version);
  const bytes = essentialBytes(pdu, version);
  // Signatures are not part of the reference hash, so the bytes that are to be signed give the event id too.
  const eventId = version.eventIds === 'field' ? eventIdOf(pdu, version) : eventIdFromHash(sha256(bytes), version);
  return { event: eventFrom(pdu, version, eventId), bytes };
}

/** The event with a server's signature. */
export const withSignature = ({ event, bytes }: UnsignedEvent, serverName: ServerName, key: SigningKey): Event => ({
  ...event,
  pdu: addSignature(event.pdu, serverName, key.keyId, key.sign(bytes)),
});

/** Builds, hashes and signs an event. @throws NotCanonical as `makeUnsignedEvent` */
export const makeEvent = (template: EventTemplate, place: Place, version: RoomVersion, serverName: ServerName, key: SigningKey): Event =>
  withSignature(makeUnsignedEvent(template, place, version, serverName), serverName, key);

/**
 * The id of the room that a create event will make when it is built with this template and time, in versions where its hash is the id:
 * signatures are not part of the hash, so that the id is known before anything is signed.
 */
export function roomIdFromCreation(template: EventTemplate, originServerTs: number, version: RoomVersion): RoomId {
  const place = { roomId: undefined, prevEvents: [], authEvents: [], depth: 1, originServerTs };
  const bytes = essentialBytes(withContentHash(fieldsOf(template, place, version), version), version);
  return `!${eventIdFromHash(sha256(bytes), version).slice(1)}` as RoomId;
}

const withContentHash = (fields: JsonObject, version: RoomVersion): JsonObject => ({
  ...fields,
  hashes: { sha256: contentHash(fields, version) },
});

function fieldsOf(template: EventTemplate, place: Place, version: RoomVersion): JsonObject {
  const { type, stateKey, sender, content, redacts } = template;
  const inContent = redacts !== undefined && version.redacts === 'content';
  return {
    type,
    sender,
    content: inContent ? { ...content, redacts } : content,
    depth: Math.min(place.depth, Number.MAX_SAFE_INTEGER),
    origin_server_ts: template.originServerTs ?? place.originServerTs,
    prev_events: place.prevEvents.map((event) => referenceTo(event, version)),
    auth_events: place.authEvents.map((event) => referenceTo(event, version)),
    ...(place.roomId !== undefined && { room_id: place.roomId }),
    ...(stateKey !== undefined && { state_key: stateKey }),
    ...(redacts !== undefined && !inContent && { redacts }),
  };
}

function referenceTo(event: Reference, version: RoomVersion): JsonValue {
  if (version.references === 'id') return event.eventId;
  const hash = 'pdu' in event ? toBase64(referenceHash(event.pdu, version)) : event.hash;
  if (hash === undefined) throw new InvalidEvent(`A reference to ${event.eventId} needs its hash in room version ${version.id}`);
  return [event.eventId, { sha256: hash }];
}

/** In versions where a server makes up event ids, a hash is as unique as a random string and needs no randomness. */
function withEventId(fields: JsonObject, version: RoomVersion, serverName: ServerName): JsonObject {
  if (version.eventIds !== 'field') return fields;
  return { ...fields, event_id: `$${toUrlSafeBase64(Buffer.from(contentHash(fields, version), 'base64'))}:${serverName}` };
}

const MAX_EVENT_BYTES = 65_536;
const MAX_FIELD_BYTES = 255;
/** 64 bytes as unpadded base64. */
const SIGNATURE_CHARACTERS = 86;

/** How many bytes a server's signature will add to an event that has none. */
export const signatureSize = (serverName: ServerName, keyId: string): number =>
  JSON.stringify({ signatures: { [serverName]: { [keyId]: 'x'.repeat(SIGNATURE_CHARACTERS) } } }).length - 1;

/**
 * Checks an event against the size limits: https://spec.matrix.org/v1.19/client-server-api/#size-limits
 * @param toCome how many bytes are still to be added to it
 * @throws TooLarge
 */
export function checkEventSize(event: Event, toCome = 0): void {
  const fields = { sender: event.sender, room_id: event.roomId, state_key: event.stateKey ?? '', type: event.type, event_id: event.eventId };
  for (const [name, value] of Object.entries(fields)) {
    const bytes = Buffer.byteLength(value);
    if (bytes > MAX_FIELD_BYTES) throw new TooLarge(`The event's ${name} has ${bytes} bytes; at most ${MAX_FIELD_BYTES} are allowed`);
  }
  // The order of keys does not change the length of canonical JSON, and the engine's own writer is much faster.
  const bytes = Buffer.byteLength(JSON.stringify(event.pdu)) + toCome;
  if (bytes > MAX_EVENT_BYTES) throw new TooLarge(`The event has ${bytes} bytes; at most ${MAX_EVENT_BYTES} are allowed`);
}
