/** Which events a resolution decides on anew: the definitions in https://spec.matrix.org/v1.19/rooms/v12/#definitions */
import type { StateMap } from '../event.ts';
import type { EventId } from '../identifiers.ts';
import type { Conflicts } from './conflicts.ts';
import { authChains, need, type StateEvents } from './state-events.ts';

/**
 * The conflicted state set and the auth difference; from version 2.1 on the conflicted state subgraph too.
 * @throws MissingEvent
 */
export function fullConflictedSet(
  stateSets: readonly StateMap[],
  conflicts: Conflicts,
  withSubgraph: boolean,
  events: StateEvents,
): ReadonlySet<EventId> {
  const conflicted = new Set([...conflicts.conflicted.values()].flatMap((ids) => [...ids]));
  const subgraph = withSubgraph ? conflictedStateSubgraph(conflicted, events) : [];
  return new Set([...conflicted, ...subgraph, ...authDifference(stateSets, conflicts, conflicted, events)]);
}

/** What is in the full auth chain of some of the states but not of all. */
function authDifference(
  stateSets: readonly StateMap[],
  { unconflicted }: Conflicts,
  conflicted: ReadonlySet<EventId>,
  events: StateEvents,
): EventId[] {
  const chains = stateSets.map((state) =>
    authChains(
      [...state.values()].filter((id) => conflicted.has(id)),
      events,
    ),
  );
  const differing = [...new Set(chains.flatMap((chain) => [...chain]))].filter((id) => !chains.every((chain) => chain.has(id)));
  if (differing.length === 0) return [];
  // What the states agree on is in all of them, so its auth chain, which is by far the longest, is only ever taken off.
  const shared = authChains(unconflicted.values(), events);
  return differing.filter((id) => !shared.has(id));
}

/** Everything on a path of auth_events from one conflicted event to another: reached by one and reaching another. */
function conflictedStateSubgraph(conflicted: ReadonlySet<EventId>, events: StateEvents): ReadonlySet<EventId> {
  const reached = new Set([...conflicted, ...authChains(conflicted, events)]);
  const citedBy = new Map<EventId, EventId[]>();
  for (const id of reached) {
    for (const auth of need(events, id).authEvents) citedBy.set(auth, [...(citedBy.get(auth) ?? []), id]);
  }
  const subgraph = new Set(conflicted);
  for (const id of subgraph) citedBy.get(id)?.forEach((citing) => subgraph.add(citing));
  return subgraph;
}
