import { NotAllowed } from '../../core/auth-rules.ts';
import { authEventKeys, checkAuth } from '../../core/auth-rules.ts';
import { NotCanonical } from '../../core/canonical-json.ts';
import { parseStateKey, stateKeyOf, type Event, type EventTemplate, type StateKey } from '../../core/event.ts';
import { checkEventSize, createEventIdOf, makeEvent } from '../../core/events.ts';
import type { EventId, ServerName } from '../../core/identifiers.ts';
import { InvalidEvent, TooLarge } from '../../core/invalid-event.ts';
import type { SigningKey } from '../../core/signatures.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Reader } from '../../kernel/database.ts';
import { badJson, forbidden, MatrixError, notFound } from '../../kernel/errors.ts';
import type { EventBuilder, EventPlan, StateView } from '../../kernel/event-plan.ts';
import type { Work } from '../../kernel/work.ts';
import * as currentState from '../../store/current-state.ts';
import * as events from '../../store/events.ts';
import * as rooms from '../../store/rooms.ts';
import { DraftStateView } from './draft-state-view.ts';
import { GraphDraft } from './room-draft.ts';
import { storeDraft } from './store-draft.ts';

export interface GraphServices {
  readonly serverName: ServerName;
  readonly signingKey: SigningKey;
  readonly clock: Clock;
  readonly reader: Reader;
}

/** Makes events of local users: finds their place in the room's graph, authorises and signs them, and stores them. */
export class GraphBuilder implements EventBuilder<GraphDraft> {
  readonly #services: GraphServices;

  constructor(services: GraphServices) {
    this.#services = services;
  }

  *begin(plan: EventPlan): Work<GraphDraft> {
    if ('create' in plan.room) return new GraphDraft(plan, plan.room.create, plan.room.id, [], undefined);
    const room = yield* rooms.find(plan.room.id);
    if (room === undefined) throw notFound(`This server does not know the room ${plan.room.id}`);
    const tips = yield* events.findAll(yield* rooms.forwardExtremities(room.roomId));
    return new GraphDraft(
      plan,
      room.version,
      room.roomId,
      tips.map((tip) => tip.event),
      room.stateGroup,
    );
  }

  *build(draft: GraphDraft, template: EventTemplate): Work<Event> {
    const { serverName, signingKey, clock } = this.#services;
    const auth = yield* authState(draft, template);
    const authEvents = [...auth.selected.values()];
    const place = {
      roomId: draft.roomId,
      prevEvents: draft.tips,
      authEvents,
      depth: Math.max(0, ...draft.tips.map((tip) => tip.depth)) + 1,
      originServerTs: clock.now(),
    };
    try {
      const event = makeEvent(template, place, draft.version, serverName, signingKey);
      checkEventSize(event);
      checkAuth(
        event,
        draft.version,
        (type, stateKey) => auth.selected.get(stateKeyOf(type, stateKey)) ?? (type === 'm.room.create' ? auth.create : undefined),
      );
      return event;
    } catch (error) {
      throw matrixErrorOf(error, draft.isNew);
    }
  }

  accept(draft: GraphDraft, event: Event): void {
    draft.accept(event);
  }

  state(draft: GraphDraft): StateView {
    return new DraftStateView(draft, this.#services.reader);
  }

  *standing(draft: GraphDraft): Work<'same' | 'moved' | 'state-changed'> {
    if (draft.isNew || draft.roomId === undefined) return 'same';
    const room = yield* rooms.find(draft.roomId);
    if (room?.stateGroup !== draft.stateGroup) return 'state-changed';
    const tips = yield* rooms.forwardExtremities(draft.roomId);
    return tips.length === draft.began.length && draft.began.every((tip) => tips.includes(tip.eventId)) ? 'same' : 'moved';
  }

  store(draft: GraphDraft, options: { readonly hidden: boolean }): Work<void> {
    return storeDraft(draft, options.hidden, this.#services.clock.now());
  }
}

/**
 * The state that authorises an event: those of its auth events that exist
 * (https://spec.matrix.org/v1.19/server-server-api/#auth-events-selection), and the create event where it is implied by the room's id.
 */
function* authState(draft: GraphDraft, template: EventTemplate): Work<{ selected: ReadonlyMap<StateKey, Event>; create: Event | undefined }> {
  const selected = new Map<StateKey, Event>();
  const wanted: [StateKey, EventId][] = [];
  for (const key of authEventKeys(template, draft.version)) {
    const [type, stateKey] = parseStateKey(key);
    const own = draft.ownState(type, stateKey);
    if (own !== undefined) selected.set(key, own);
    else if (!draft.isNew && draft.roomId !== undefined) {
      const eventId = yield* currentState.idAt(draft.roomId, type, stateKey);
      if (eventId !== undefined) wanted.push([key, eventId]);
    }
  }
  const impliedCreate = draft.roomId === undefined ? undefined : createEventIdOf(draft.roomId, draft.version);
  const found = yield* events.findAll([...wanted.map(([, eventId]) => eventId), ...(impliedCreate === undefined ? [] : [impliedCreate])]);
  const byId = new Map(found.map((stored) => [stored.event.eventId, stored.event]));
  for (const [key, eventId] of wanted) {
    const event = byId.get(eventId);
    if (event !== undefined) selected.set(key, event);
  }
  const create = draft.ownState('m.room.create', '') ?? (impliedCreate === undefined ? undefined : byId.get(impliedCreate));
  return { selected, create };
}

/** What a new room's own rules refuse was asked for by the one who makes the room: then the wishes contradict each other. */
function matrixErrorOf(error: unknown, isNewRoom: boolean): unknown {
  if (error instanceof NotAllowed) return isNewRoom ? new MatrixError(400, 'M_INVALID_ROOM_STATE', error.message) : forbidden(error.message);
  if (error instanceof TooLarge) return new MatrixError(413, 'M_TOO_LARGE', error.message);
  if (error instanceof NotCanonical || error instanceof InvalidEvent) return badJson(error.message);
  return error;
}
