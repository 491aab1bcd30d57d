import type { JsonObject } from '../json.ts';
import type { EventFilter, IdFilter, RoomEventFilter, TypeFilter } from './filter.ts';

export interface FilterableEvent {
  readonly type: string;
  /** Account data has none. */
  readonly sender?: string | undefined;
  readonly content: JsonObject;
}

const includesId = ({ include, exclude }: IdFilter, id: string): boolean => !exclude.has(id) && (include?.has(id) ?? true);

const includesType = ({ include, exclude }: TypeFilter, type: string): boolean =>
  !(exclude?.matches(type) ?? false) && (include?.matches(type) ?? true);

/** Whether a room is wanted, by a filter of rooms or of events in rooms; its own exclusions come before all others. */
export const includesRoom = (filter: { readonly rooms: IdFilter }, roomId: string): boolean => includesId(filter.rooms, roomId);

/** Whether an event outside of rooms, presence or account data, is wanted. */
export function matchesEvent(filter: EventFilter, { type, sender }: FilterableEvent): boolean {
  const senderIncluded = sender === undefined ? filter.senders.include === undefined : includesId(filter.senders, sender);
  return senderIncluded && includesType(filter.types, type);
}

/** Whether an event of a room is wanted. The relations to it (`relatedBy…`) are for the store to check. */
export function matchesRoomEvent(filter: RoomEventFilter, event: FilterableEvent & { readonly roomId: string }): boolean {
  const { containsUrl } = filter;
  if (containsUrl !== undefined && Object.hasOwn(event.content, 'url') !== containsUrl) return false;
  return includesRoom(filter, event.roomId) && matchesEvent(filter, event);
}
