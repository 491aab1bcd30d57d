/** The reverse topological power ordering: https://spec.matrix.org/v1.19/rooms/v12/#definitions */
import type { Event } from '../event.ts';
import type { EventId } from '../identifiers.ts';
import { stringAt } from '../json.ts';
import { PowerLevels } from '../power-levels.ts';
import { byTimeAndId } from './time-ordering.ts';
import { authChains, authEventOf, need, type StateEvents } from './state-events.ts';

/** Whether an event may take somebody's ability to do something in the room away. */
function isPowerEvent(event: Event): boolean {
  if (event.type === 'm.room.power_levels' || event.type === 'm.room.join_rules') return event.stateKey !== undefined;
  if (event.type !== 'm.room.member' || event.sender === event.stateKey) return false;
  const membership = stringAt(event.content, 'membership');
  return membership === 'leave' || membership === 'ban';
}

/** The power events among the conflicted ones, with what of the conflicted ones they rest on. */
export function powerEventsOf(conflicted: ReadonlySet<EventId>, events: StateEvents): Event[] {
  const power = [...conflicted].filter((id) => isPowerEvent(need(events, id)));
  const chain = [...authChains(power, events)].filter((id) => conflicted.has(id));
  return [...new Set([...power, ...chain])].map((id) => need(events, id));
}

/** Sorts events so that each comes after its auth events and, where that leaves a choice, the more powerful sender's comes first. */
export function sortByPower(unsorted: readonly Event[], events: StateEvents): Event[] {
  const ranked = unsorted.map((event) => ({ event, power: senderPower(event, events) }));
  ranked.sort((a, b) => (a.power === b.power ? byTimeAndId(a.event, b.event) : b.power > a.power ? 1 : -1));
  return sortTopologically(ranked.map(({ event }) => event));
}

/** The level of an event's sender, by the auth events of that event itself. */
function senderPower(event: Event, events: StateEvents): number {
  const create = authEventOf(event, 'm.room.create', '', events);
  const powerLevels = authEventOf(event, 'm.room.power_levels', '', events);
  return new PowerLevels(event.version, create, powerLevels).userLevel(event.sender);
}

/** Kahn's algorithm on the graph of auth_events; among the candidates the one that stands first in `ranked` is taken. */
function sortTopologically(ranked: readonly Event[]): Event[] {
  const rank = new Map(ranked.map((event, index) => [event.eventId, index]));
  const waitsFor = ranked.map((event) => new Set(event.authEvents.filter((id) => rank.has(id))).size);
  const unblocks = ranked.map((): number[] => []);
  ranked.forEach((event, index) => {
    for (const id of new Set(event.authEvents)) unblocks[rank.get(id) ?? -1]?.push(index);
  });

  const candidates = ranked.map((_, index) => index).filter((index) => waitsFor[index] === 0);
  const sorted: Event[] = [];
  for (let next = candidates.shift(); next !== undefined; next = candidates.shift()) {
    sorted.push(ranked[next] as Event);
    for (const index of unblocks[next] as number[]) {
      const left = (waitsFor[index] as number) - 1;
      waitsFor[index] = left;
      if (left === 0) insertSorted(candidates, index);
    }
  }
  return sorted;
}

function insertSorted(numbers: number[], value: number): void {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  numbers.splice(low, 0, value);
}
