/** State resolution of room version 1: https://spec.matrix.org/v1.19/rooms/v1/#state-resolution */
import { createHash } from 'node:crypto';
import { parseStateKey, stateKeyOf, type Event, type StateKey, type StateMap } from '../event.ts';
import type { EventId } from '../identifiers.ts';
import { divide } from './conflicts.ts';
import { passes } from './iterative-auth-checks.ts';
import { need, type StateEvents } from './state-events.ts';

/** The types that decide what else is allowed, in the order in which their conflicts are resolved. */
const PASSES = ['m.room.power_levels', 'm.room.join_rules', 'm.room.member'];

/** @throws MissingEvent */
export function resolveVersion1(stateSets: readonly StateMap[], events: StateEvents): StateMap {
  const { unconflicted, conflicted } = divide(stateSets, 'agrees');
  const resolved = new Map(unconflicted);
  const candidates = [...conflicted].map(([key, ids]) => ({ key, type: parseStateKey(key)[0], sorted: sort(ids, events) }));
  for (const type of PASSES) {
    const conflicts = candidates.filter((candidate) => candidate.type === type);
    // Each key is resolved by the state as it was before this pass, so that the order of keys does not matter.
    const winners = conflicts.map(({ key, sorted }) => [key, lastInChain(key, sorted, resolved, events)] as const);
    for (const [key, id] of winners) resolved.set(key, id);
  }
  for (const { key, type, sorted } of candidates) {
    const winner = PASSES.includes(type) ? undefined : sorted.findLast((event) => passesIn(event, (other) => resolved.get(other), events));
    if (winner !== undefined) resolved.set(key, winner.eventId);
  }
  return resolved;
}

/** By ascending depth, then by descending SHA-1 of the event id. */
function sort(ids: ReadonlySet<EventId>, events: StateEvents): Event[] {
  const hashed = [...ids].map((id) => ({ event: need(events, id), hash: createHash('sha1').update(id).digest('hex') }));
  hashed.sort((a, b) => (a.event.depth === b.event.depth ? (a.hash < b.hash ? 1 : -1) : a.event.depth - b.event.depth));
  return hashed.map(({ event }) => event);
}

/** Takes the first event and, as long as each is allowed by the one before, those after it. */
function lastInChain(key: StateKey, sorted: readonly Event[], resolved: StateMap, events: StateEvents): EventId {
  const [first, ...others] = sorted as [Event, ...Event[]];
  let last = first.eventId;
  for (const event of others) {
    const standing = last;
    if (!passesIn(event, (other) => (other === key ? standing : resolved.get(other)), events)) break;
    last = event.eventId;
  }
  return last;
}

const passesIn = (event: Event, state: (key: StateKey) => EventId | undefined, events: StateEvents): boolean =>
  passes(event, (type, stateKey) => {
    const id = state(stateKeyOf(type, stateKey));
    return id === undefined ? undefined : need(events, id);
  });
