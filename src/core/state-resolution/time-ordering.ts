import type { Event } from '../event.ts';

/** Orders events by origin_server_ts, then by event id: the last two comparisons of both orderings of state resolution. */
export function byTimeAndId(a: Event, b: Event): number {
  if (a.originServerTs !== b.originServerTs) return a.originServerTs - b.originServerTs;
  return a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0;
}
