/** State resolution of room versions 2 to 11 (https://spec.matrix.org/v1.19/rooms/v2/#state-resolution) and, as 2.1, of 12. */
import { stateKeyOf, type StateMap } from '../event.ts';
import { divide } from './conflicts.ts';
import { fullConflictedSet } from './full-conflicted-set.ts';
import { iterativeAuthChecks } from './iterative-auth-checks.ts';
import { sortByMainline } from './mainline-ordering.ts';
import { powerEventsOf, sortByPower } from './power-ordering.ts';
import { need, type StateEvents } from './state-events.ts';

/** Where version 2.1 (MSC4297) differs, so that no event is judged by state that came from elsewhere in the graph. */
export interface Variant {
  readonly withSubgraph: boolean;
  readonly startsEmpty: boolean;
}

/** @throws MissingEvent */
export function resolveVersion2(stateSets: readonly StateMap[], variant: Variant, events: StateEvents): StateMap {
  const conflicts = divide(stateSets, 'conflicts');
  const { unconflicted } = conflicts;
  if (conflicts.conflicted.size === 0) return unconflicted;

  const full = fullConflictedSet(stateSets, conflicts, variant.withSubgraph, events);
  const powerEvents = powerEventsOf(full, events);
  const start: StateMap = variant.startsEmpty ? new Map() : unconflicted;
  const partial = iterativeAuthChecks(start, sortByPower(powerEvents, events), events);

  const done = new Set(powerEvents.map((event) => event.eventId));
  const remaining = [...full].filter((id) => !done.has(id)).map((id) => need(events, id));
  const powerLevels = partial.get(stateKeyOf('m.room.power_levels', ''));
  const mainlineStart = powerLevels === undefined ? undefined : need(events, powerLevels);
  const resolved = iterativeAuthChecks(partial, sortByMainline(remaining, mainlineStart, events), events);
  return new Map([...resolved, ...unconflicted]);
}
