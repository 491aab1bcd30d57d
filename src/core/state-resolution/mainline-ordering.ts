/** The mainline ordering: https://spec.matrix.org/v1.19/rooms/v12/#definitions */
import type { Event } from '../event.ts';
import type { EventId } from '../identifiers.ts';
import { byTimeAndId } from './time-ordering.ts';
import { authEventOf, type StateEvents } from './state-events.ts';

/**
 * Sorts events by how early in the history of power levels they stand.
 * @param powerLevels the power levels that the resolution has come to so far, if any
 */
export function sortByMainline(unsorted: readonly Event[], powerLevels: Event | undefined, events: StateEvents): Event[] {
  const mainline = new Map<EventId, number>();
  for (const event of powerLevelsBefore(powerLevels, events)) mainline.set(event.eventId, mainline.size);
  const placed = unsorted.map((event) => ({ event, position: positionOf(event, mainline, events) }));
  placed.sort((a, b) => (a.position === b.position ? byTimeAndId(a.event, b.event) : b.position > a.position ? 1 : -1));
  return placed.map(({ event }) => event);
}

function positionOf(event: Event, mainline: ReadonlyMap<EventId, number>, events: StateEvents): number {
  for (const powerLevels of powerLevelsBefore(authPowerLevels(event, events), events)) {
    const position = mainline.get(powerLevels.eventId);
    if (position !== undefined) return position;
  }
  return Infinity;
}

/** A power levels event, the one that it rests on, and so on. */
function* powerLevelsBefore(first: Event | undefined, events: StateEvents): Generator<Event> {
  for (let event = first; event !== undefined; event = authPowerLevels(event, events)) yield event;
}

const authPowerLevels = (event: Event, events: StateEvents): Event | undefined => authEventOf(event, 'm.room.power_levels', '', events);
