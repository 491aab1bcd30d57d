import type { SyncReply, TestUser } from '../../src/testing/index.ts';

export interface WireEvent {
  readonly type: string;
  readonly event_id?: string;
  readonly state_key?: string;
  readonly sender?: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly unsigned?: Readonly<Record<string, unknown>>;
}

/** A room of a reply of /sync, with the lists of events laid bare. */
export interface RoomOfReply {
  readonly timeline: { readonly events: readonly WireEvent[]; readonly limited: boolean; readonly prev_batch?: string };
  readonly state: readonly WireEvent[] | undefined;
  readonly stateAfter: readonly WireEvent[] | undefined;
  readonly ephemeral: readonly WireEvent[] | undefined;
  readonly accountData: readonly WireEvent[] | undefined;
  readonly summary: Readonly<Record<string, unknown>> | undefined;
  readonly unread: { readonly notification_count: number; readonly highlight_count: number } | undefined;
  readonly unreadThreads: Readonly<Record<string, { readonly notification_count: number; readonly highlight_count: number }>> | undefined;
}

type Place = 'join' | 'invite' | 'knock' | 'leave';
interface Events {
  readonly events: readonly WireEvent[];
}

/** The rooms that a reply has in one place, by id. */
export function roomsIn(reply: SyncReply, place: Place): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const rooms = reply['rooms'] as Partial<Record<Place, Record<string, Record<string, unknown>>>> | undefined;
  return rooms?.[place] ?? {};
}

/** A room of a reply. @throws Error when the reply does not have it */
export function inRoom(reply: SyncReply, roomId: string, place: 'join' | 'leave' = 'join'): RoomOfReply {
  const room = roomsIn(reply, place)[roomId];
  if (room === undefined) throw new Error(`The reply does not have ${roomId} in ${place}: ${JSON.stringify(reply)}`);
  const list = (key: string): readonly WireEvent[] | undefined => (room[key] as Events | undefined)?.events;
  return {
    timeline: room['timeline'] as RoomOfReply['timeline'],
    state: list('state'),
    stateAfter: list('state_after'),
    ephemeral: list('ephemeral'),
    accountData: list('account_data'),
    summary: room['summary'] as RoomOfReply['summary'],
    unread: room['unread_notifications'] as RoomOfReply['unread'],
    unreadThreads: room['unread_thread_notifications'] as RoomOfReply['unreadThreads'],
  };
}

/** The stripped state of an invite or knock. */
export function strippedIn(reply: SyncReply, roomId: string, place: 'invite' | 'knock'): readonly WireEvent[] | undefined {
  return (roomsIn(reply, place)[roomId]?.[`${place}_state`] as Events | undefined)?.events;
}

export const bodies = (events: readonly WireEvent[]): unknown[] => events.map(({ content }) => content['body']);
export const typesOf = (events: readonly WireEvent[] | undefined): string[] => (events ?? []).map(({ type }) => type);

/** Syncs from where the last call ended. */
export function syncer(user: TestUser, query: Readonly<Record<string, string>> = {}): () => Promise<SyncReply> {
  let since: string | undefined;
  return async () => {
    const reply = await user.sync(since === undefined ? query : { ...query, since });
    since = reply.next_batch;
    return reply;
  };
}

export const filtered = (filter: object): { readonly filter: string } => ({ filter: JSON.stringify(filter) });
