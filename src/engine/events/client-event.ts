import type { Event } from '../../core/event.ts';
import type { EventId } from '../../core/identifiers.ts';
import { objectAt, type JsonObject } from '../../core/json.ts';
import { redact } from '../../core/redaction.ts';
import { showing } from '../../kernel/shown-events.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import type { StoredEvent } from '../../store/events.ts';
import { membershipsAt } from './memberships-at.ts';
import type { Viewer } from './viewer.ts';
import { visibleEvents } from './visibility.ts';

export interface ClientEventOptions {
  /** For places that name the room elsewhere, such as /sync. */
  readonly withoutRoomId?: boolean;
  /** `event_format` of a filter. */
  readonly eventFormat?: 'client' | 'federation';
}

/** What a client is told of an event beside the event itself. */
interface Surroundings {
  readonly transactionId: string | undefined;
  /** The event whose place in the state this one took; undefined when the viewer may not see it. */
  readonly replaced: Event | undefined;
  /** Without its content where the viewer may not see it. */
  readonly redaction: Event | undefined;
  /** The viewer's membership at the event. */
  readonly membership: string;
}

/**
 * Events as clients see them: https://spec.matrix.org/v1.19/client-server-api/#room-event-format
 * Whether the viewer may see them is asked beforehand (`visibleEvents`).
 * @param now ms since the epoch, for the events' age
 * @returns in the same order
 */
export function* clientEvents(
  stored: readonly StoredEvent[],
  viewer: Viewer,
  now: number,
  options: ClientEventOptions = {},
): Work<readonly JsonObject[]> {
  if (stored.length === 0) return [];
  const surroundings = yield* surroundingsOf(stored, viewer);
  return stored.map((one) => format(one, surroundings(one), now, options));
}

/** One event as `clientEvents` has them. */
export function* clientEvent(stored: StoredEvent, viewer: Viewer, now: number, options: ClientEventOptions = {}): Work<JsonObject> {
  return format(stored, (yield* surroundingsOf([stored], viewer))(stored), now, options);
}

/** Asks each question once for all events. */
function* surroundingsOf(stored: readonly StoredEvent[], viewer: Viewer): Work<(one: StoredEvent) => Surroundings> {
  const replacedIds = stored.flatMap(({ replacesState }) => replacesState ?? []);
  const redactionIds = stored.flatMap(({ redactedBy }) => redactedBy ?? []);
  const found = yield* events.findAll([...replacedIds, ...redactionIds]);
  const visible = byId(yield* visibleEvents(found, viewer));
  const redactions = byId(found);
  const membershipAt = yield* membershipsAt(stored, viewer.userId);
  return (one) => ({
    transactionId: ownTransactionId(one, viewer),
    replaced: one.replacesState === undefined ? undefined : visible.get(one.replacesState),
    redaction: one.redactedBy === undefined ? undefined : (visible.get(one.redactedBy) ?? withoutContent(redactions.get(one.redactedBy))),
    membership: membershipAt(one),
  });
}

/** What is left of a redaction for those who may not see it: that there was one. What was redacted is recognised by that. */
function withoutContent(redaction: Event | undefined): Event | undefined {
  if (redaction === undefined) return undefined;
  const content = objectAt(redact(redaction.pdu, redaction.version), 'content') ?? {};
  return { ...redaction, content, pdu: { ...redaction.pdu, content } };
}

function ownTransactionId({ event, transaction }: StoredEvent, { userId, deviceId }: Viewer): string | undefined {
  return event.sender === userId && transaction?.deviceId === (deviceId ?? '') ? transaction.txnId : undefined;
}

const byId = (stored: readonly StoredEvent[]): ReadonlyMap<EventId, Event> => new Map(stored.map(({ event }) => [event.eventId, event]));

function format(stored: StoredEvent, around: Surroundings, now: number, options: ClientEventOptions): JsonObject {
  const { event, replacesState } = stored;
  const { transactionId, replaced, redaction, membership } = around;
  const form = (one: Event): JsonObject => (options.eventFormat === 'federation' ? federationForm(one) : clientForm(one, options));
  const shown = {
    ...form(event),
    unsigned: {
      age: now - event.originServerTs,
      membership,
      ...(transactionId !== undefined && { transaction_id: transactionId }),
      ...(replacesState !== undefined && { replaces_state: replacesState }),
      ...(replaced !== undefined && { prev_content: replaced.content }),
      ...(redaction !== undefined && {
        redacted_because: showing({ ...form(redaction), unsigned: { age: now - redaction.originServerTs } }, redaction),
      }),
    },
  };
  return showing(shown, event);
}

/** Redactions name their target in both places that room versions have had for it: https://spec.matrix.org/v1.19/rooms/v11/ */
function clientForm(event: Event, options: ClientEventOptions): JsonObject {
  const { redacts } = event;
  return {
    type: event.type,
    event_id: event.eventId,
    sender: event.sender,
    origin_server_ts: event.originServerTs,
    content: redacts === undefined ? event.content : { ...event.content, redacts },
    ...(options.withoutRoomId !== true && { room_id: event.roomId }),
    ...(event.stateKey !== undefined && { state_key: event.stateKey }),
    ...(redacts !== undefined && { redacts }),
  };
}

/** The form that servers exchange, with the id that room versions since 3 leave out of it. */
const federationForm = (event: Event): JsonObject => ({ ...event.pdu, event_id: event.eventId });
