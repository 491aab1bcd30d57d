import { domainOf, isRoomAlias, isServerName, type ServerName } from '../../core/identifiers.ts';
import type { Event } from '../../core/event.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import type { StateView } from '../../kernel/event-plan.ts';
import { notFound } from '../../kernel/errors.ts';
import { toRoomAlias, toRoomId, toUserId } from '../../kernel/parse.ts';
import type { Actions, NewEvent } from '../actions.ts';
import { jsonOf } from '../results.ts';
import { ModuleEvent } from '../views/module-event.ts';
import { StateEvents } from '../views/state-events.ts';
import type { SurroundingsApi } from './surroundings.ts';

/** Keys of state that are wanted; null stands for every state key of the type. */
export type StateFilter = readonly (readonly [type: string, stateKey: string | null])[];

/** An event to send, with the keys that it has on the wire. */
export interface EventToSend {
  readonly type: string;
  readonly room_id: string;
  /** A user of this server, who must be in the room. */
  readonly sender: string;
  readonly content: JsonObject;
  /** For a state event. */
  readonly state_key?: string;
  /** Names what the module wants to say: of a message that is sent again into the same room under the same name, no second event comes. */
  readonly txn_id?: string;
}

/** The published directory of rooms. Adding a room asks the modules (`user_may_publish_room`, for the room's creator). */
export interface PublicRoomListManager {
  /** False for an unknown room. */
  roomIsInPublicRoomList(roomId: string): Promise<boolean>;
  /** @throws MatrixError M_NOT_FOUND, or what a module refuses with */
  addRoomToPublicRoomList(roomId: string): Promise<void>;
  /** @throws MatrixError M_NOT_FOUND */
  removeRoomFromPublicRoomList(roomId: string): Promise<void>;
}

/** Rooms and what is in them. Whatever acts passes the rules of the room and the other modules. */
export interface RoomsApi {
  /** The present state of a room, looked up key by key; empty for an unknown room. */
  getRoomState(roomId: string, filter?: StateFilter): Promise<StateEvents>;
  /** The events at these keys of the present state. */
  getStateEventsInRoom(roomId: string, keys: StateFilter): Promise<readonly ModuleEvent[]>;
  /**
   * A user of a server who is joined to a room at present: a server is in a room as long as there is one.
   * @returns undefined when there is none, or when the room or the server is unknown
   */
  getJoinedUserOf(roomId: string, serverName: string): Promise<string | undefined>;
  /**
   * Makes a room. @param config the body of a createRoom request
   * @throws MatrixError as createRoom
   */
  createRoom(
    userId: string,
    config: Readonly<Record<string, JsonValue>>,
  ): Promise<{ readonly roomId: string; readonly roomAlias: string | undefined }>;
  /**
   * Begins to delete a room: its members leave, and all that is known of it goes, bit by bit in the background. The other modules are asked
   * (`check_can_shutdown_room`).
   * @throws MatrixError M_NOT_FOUND; M_UNKNOWN while it is being deleted; what a module refuses with
   */
  deleteRoom(roomId: string): Promise<void>;
  /**
   * Changes a membership: invites, joins, knocks, kicks (leave), bans, lifts bans (leave).
   * @param sender a user of this server, who does it
   * @param target whose membership it is
   * @param newMembership `invite`, `join`, `knock`, `leave` or `ban`; `kick` and `unban` are other names of `leave`
   * @param content more keys for the event, such as `reason`
   * @param remoteRoomHosts servers that know the room. This server asks no other: it cannot join what it does not know
   * @returns the event
   * @throws MatrixError as the endpoints do; M_NOT_FOUND for a room that is not here
   */
  updateRoomMembership(
    sender: string,
    target: string,
    roomId: string,
    newMembership: string,
    content?: JsonObject,
    remoteRoomHosts?: readonly string[],
  ): Promise<ModuleEvent>;
  /** Sends an event. Rate limits do not hold for modules. @throws MatrixError as the endpoints do */
  createAndSendEventIntoRoom(event: EventToSend): Promise<ModuleEvent>;
  /** Where an alias leads. @throws MatrixError M_NOT_FOUND */
  lookupRoomAlias(alias: string): Promise<{ readonly roomId: string; readonly servers: readonly string[] }>;
  /** The alias by which a room wants to be known, if it has one. */
  getCanonicalRoomAlias(roomId: string): Promise<string | undefined>;
  readonly publicRoomListManager: PublicRoomListManager;
}

export interface RoomsServices {
  readonly surroundings: Pick<SurroundingsApi, 'moduleName'>;
  readonly serverName: ServerName;
  readonly actions: Promise<Actions>;
}

export function roomsApi({ surroundings, serverName, actions }: RoomsServices): RoomsApi {
  const send = async (event: NewEvent): Promise<ModuleEvent> => {
    const server = await actions;
    const eventId = await server.sendEvent(event);
    const sent = await server.event(eventId);
    if (sent === undefined) throw new Error(`The event ${eventId} was sent, but is not there`);
    return new ModuleEvent(sent);
  };
  return {
    async getRoomState(roomId, filter) {
      const state = (await actions).state(toRoomId(roomId));
      return new StateEvents(filter === undefined ? state : filtered(state, filter));
    },
    async getStateEventsInRoom(roomId, keys) {
      const found: ModuleEvent[] = [];
      for await (const [, , event] of filtered((await actions).state(toRoomId(roomId)), keys)) found.push(new ModuleEvent(event));
      return found;
    },
    getJoinedUserOf: async (roomId, server) => (isServerName(server) ? (await actions).joinedUserOf(toRoomId(roomId), server) : undefined),
    async createRoom(userId, config) {
      const server = await actions;
      const roomId = await server.createRoom(toUserId(userId), { ...jsonOf(config) });
      // A new room has no more than the one.
      const [roomAlias] = await server.aliasesOf(roomId);
      return { roomId, roomAlias };
    },
    deleteRoom: async (roomId) => (await actions).deleteRoom(toRoomId(roomId)),
    async updateRoomMembership(sender, target, roomId, newMembership, content = {}, hosts = []) {
      const member = { roomId: toRoomId(roomId), sender: toUserId(sender), type: 'm.room.member', stateKey: toUserId(target) };
      if (hosts.length > 0 && !(await (await actions).isKnown(member.roomId))) {
        throw notFound(`This server does not know the room ${roomId}, and cannot ask ${hosts.join(', ')}: it does not federate`);
      }
      const membership = newMembership === 'kick' || newMembership === 'unban' ? 'leave' : newMembership;
      return send({ ...member, content: jsonOf({ ...content, membership }) });
    },
    async createAndSendEventIntoRoom({ type, room_id: roomId, sender, content, state_key: stateKey, txn_id: txnId }) {
      // Names are the module's own.
      const request = txnId === undefined ? undefined : `${surroundings.moduleName}/${txnId}`;
      return send({ roomId: toRoomId(roomId), sender: toUserId(sender), type, stateKey, content: jsonOf(content), txnId: request });
    },
    async lookupRoomAlias(alias) {
      const parsed = toRoomAlias(alias);
      const roomId = domainOf(parsed) === serverName ? await (await actions).lookUpAlias(parsed) : undefined;
      if (roomId === undefined) throw notFound(`The alias ${alias} leads nowhere that this server knows`);
      return { roomId, servers: [serverName] };
    },
    async getCanonicalRoomAlias(roomId) {
      const event = await (await actions).state(toRoomId(roomId)).get('m.room.canonical_alias', '');
      const alias = event?.content['alias'];
      return typeof alias === 'string' && isRoomAlias(alias) ? alias : undefined;
    },
    publicRoomListManager: Object.freeze<PublicRoomListManager>({
      roomIsInPublicRoomList: async (roomId) => (await actions).isPublished(toRoomId(roomId)),
      addRoomToPublicRoomList: async (roomId) => (await actions).publish(toRoomId(roomId), true),
      removeRoomFromPublicRoomList: async (roomId) => (await actions).publish(toRoomId(roomId), false),
    }),
  };
}

/** A part of a room's state. */
function filtered(state: StateView, keys: StateFilter): StateView {
  const wants = (type: string, stateKey: string): boolean => keys.some(([one, key]) => one === type && (key === null || key === stateKey));
  return {
    get: async (type, stateKey) => (wants(type, stateKey) ? state.get(type, stateKey) : undefined),
    has: async (type, stateKey) => wants(type, stateKey) && state.has(type, stateKey),
    async *[Symbol.asyncIterator](): AsyncGenerator<readonly [string, string, Event]> {
      if (keys.some(([, stateKey]) => stateKey === null)) {
        for await (const entry of state) if (wants(entry[0], entry[1])) yield entry;
        return;
      }
      for (const [type, stateKey] of keys) {
        const event = await state.get(type, stateKey ?? '');
        if (event !== undefined) yield [type, stateKey ?? '', event];
      }
    },
  };
}
