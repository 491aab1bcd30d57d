import { LRUCache } from 'lru-cache';
import { checkAuth, NotAllowed } from '../../core/auth-rules.ts';
import { NotCanonical } from '../../core/canonical-json.ts';
import { stateKeyOf, type Event, type EventTemplate } from '../../core/event.ts';
import { authorisingServer } from '../../core/event-signatures.ts';
import { checkEventSize, makeUnsignedEvent, signatureSize, withSignature } from '../../core/events.ts';
import type { EventId, RoomId, ServerName } from '../../core/identifiers.ts';
import { InvalidEvent, TooLarge } from '../../core/invalid-event.ts';
import type { RoomVersion } from '../../core/room-versions.ts';
import type { SigningKey } from '../../core/signatures.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database } from '../../kernel/database.ts';
import { badJson, forbidden, MatrixError, notFound } from '../../kernel/errors.ts';
import type { EventBuilder, EventPlan, StateView } from '../../kernel/event-plan.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import * as rooms from '../../store/rooms.ts';
import type { StateGroup } from '../../store/state.ts';
import { AuthStates } from './auth-state.ts';
import { DraftStateView } from './draft-state-view.ts';
import { GraphDraft } from './room-draft.ts';
import { RoomStateView } from './room-state-view.ts';
import { storeDraft } from './store-draft.ts';

/** Rooms whose place in the graph is remembered. */
const MAX_PLACES = 2_000;

/** Where the next event of a room goes, as this server left it when it last wrote to the room. */
interface Place {
  readonly version: RoomVersion;
  /** The newest event. */
  readonly tip: Event;
  readonly stateGroup: StateGroup | undefined;
  /** How many transactions had been rolled back when it was written: its own may be the next. */
  readonly rollbacks: number;
}

export interface GraphServices {
  readonly serverName: ServerName;
  readonly signingKey: SigningKey;
  readonly clock: Clock;
  readonly reader: Pick<Database, 'read' | 'rollbacks'>;
}

/** Makes events of local users: finds their place in the room's graph, authorises and signs them, and stores them. */
export class GraphBuilder implements EventBuilder<GraphDraft> {
  readonly #services: GraphServices;
  readonly #authStates = new AuthStates();
  readonly #places = new LRUCache<RoomId, Place>({ max: MAX_PLACES });
  readonly #signatureSize: number;

  constructor(services: GraphServices) {
    this.#services = services;
    this.#signatureSize = signatureSize(services.serverName, services.signingKey.keyId);
  }

  recall(plan: EventPlan): GraphDraft | undefined {
    if ('create' in plan.room) return undefined;
    const place = this.#places.get(plan.room.id);
    if (place === undefined || place.rollbacks !== this.#services.reader.rollbacks) return undefined;
    return new GraphDraft(plan, place.version, plan.room.id, [place.tip], place.stateGroup);
  }

  *begin(plan: EventPlan): Work<GraphDraft> {
    if ('create' in plan.room) return new GraphDraft(plan, plan.room.create, plan.room.id, [], undefined);
    const room = yield* rooms.findPlace(plan.room.id);
    if (room === undefined) throw notFound(`This server does not know the room ${plan.room.id}`);
    return new GraphDraft(plan, room.version, room.roomId, yield* this.#tipsOf(room.roomId, room.extremities), room.stateGroup);
  }

  *build(draft: GraphDraft, template: EventTemplate): Work<Event> {
    const { serverName, signingKey, clock } = this.#services;
    const auth = yield* this.#authStates.find(draft, template);
    const authEvents = [...auth.selected.values()];
    const place = {
      roomId: draft.roomId,
      prevEvents: draft.tips,
      authEvents,
      depth: Math.max(0, ...draft.tips.map((tip) => tip.depth)) + 1,
      originServerTs: clock.now(),
    };
    try {
      const { event, bytes } = makeUnsignedEvent(template, place, draft.version, serverName);
      // Modules may have made the create event like that of another room, whose id is its hash.
      if (draft.roomId === undefined && (yield* rooms.isTaken(event.roomId))) {
        return yield* this.build(draft, { ...template, originServerTs: event.originServerTs + 1 });
      }
      checkEventSize(event, this.#signatureSize);
      checkAuth(
        // Of a join that a server vouches for, the auth rules ask whether it has signed.
        authorisingServer(event) === undefined ? event : withSignature({ event, bytes }, serverName, signingKey),
        draft.version,
        (type, stateKey) => auth.selected.get(stateKeyOf(type, stateKey)) ?? (type === 'm.room.create' ? auth.create : undefined),
      );
      draft.toSign.set(event, bytes);
      return event;
    } catch (error) {
      throw matrixErrorOf(error, draft.isNew);
    }
  }

  accept(draft: GraphDraft, event: Event): void {
    draft.accept(event);
  }

  sign(draft: GraphDraft): void {
    const { serverName, signingKey } = this.#services;
    for (const event of draft.made) {
      const bytes = draft.toSign.get(event);
      if (bytes !== undefined) draft.takeSigned(withSignature({ event, bytes }, serverName, signingKey));
    }
  }

  takeSigned(draft: GraphDraft, event: Event): void {
    try {
      checkEventSize(event);
    } catch (error) {
      throw matrixErrorOf(error, draft.isNew);
    }
    draft.takeSigned(event);
  }

  presentState(roomId: RoomId): StateView {
    return new RoomStateView(roomId, this.#services.reader);
  }

  state(draft: GraphDraft): StateView {
    return new DraftStateView(draft, this.#services.reader);
  }

  *standing(draft: GraphDraft): Work<'same' | 'moved' | 'state-changed'> {
    if (draft.roomId === undefined) return 'same';
    if (draft.isNew) return (yield* rooms.isTaken(draft.roomId)) ? 'moved' : 'same';
    const room = yield* rooms.findPlace(draft.roomId);
    const tips = room?.extremities ?? [];
    const hasMoved = tips.length !== draft.began.length || !draft.began.every((tip) => tips.includes(tip.eventId));
    if (!hasMoved && room?.stateGroup === draft.stateGroup) return 'same';
    // A room that was deleted is not to be remembered for ever.
    this.#places.delete(draft.roomId);
    return room?.stateGroup === draft.stateGroup ? 'moved' : 'state-changed';
  }

  *store(draft: GraphDraft, options: { readonly hidden: boolean }): Work<void> {
    this.sign(draft);
    const stateGroup = yield* storeDraft(draft, options.hidden, this.#services.clock.now());
    const tip = draft.made.at(-1);
    if (options.hidden || tip === undefined) return;
    this.#places.set(tip.roomId, { version: draft.version, tip, stateGroup, rollbacks: this.#services.reader.rollbacks });
  }

  /** A remembered event whose transaction was rolled back has an id that no extremity has. */
  *#tipsOf(roomId: RoomId, ids: readonly EventId[]): Work<readonly Event[]> {
    const newest = this.#places.get(roomId)?.tip;
    if (newest !== undefined && ids.length === 1 && ids[0] === newest.eventId) return [newest];
    return (yield* events.findAll(ids)).map(({ event }) => event);
  }
}

/** What a new room's own rules refuse was asked for by the one who makes the room: then the wishes contradict each other. */
function matrixErrorOf(error: unknown, isNewRoom: boolean): unknown {
  if (error instanceof NotAllowed) return isNewRoom ? new MatrixError(400, 'M_INVALID_ROOM_STATE', error.message) : forbidden(error.message);
  if (error instanceof TooLarge) return new MatrixError(413, 'M_TOO_LARGE', error.message);
  if (error instanceof NotCanonical || error instanceof InvalidEvent) return badJson(error.message);
  return error;
}
