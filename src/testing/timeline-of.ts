import type { ClientEvent, SyncReply } from './test-user.ts';

interface Rooms {
  readonly join?: Readonly<Record<string, { readonly timeline?: { readonly events?: readonly ClientEvent[] } }>>;
}

/** @returns the new events that a reply of /sync has of a room which the user is in, oldest first; none when the room is not in the reply */
export function timelineOf(reply: SyncReply, roomId: string): readonly ClientEvent[] {
  return (reply['rooms'] as Rooms | undefined)?.join?.[roomId]?.timeline?.events ?? [];
}
