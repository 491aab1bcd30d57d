/** Room state resolution: https://spec.matrix.org/v1.19/server-server-api/#room-state-resolution */
import type { StateMap } from '../event.ts';
import type { RoomVersion } from '../room-versions.ts';
import type { StateEvents } from './state-events.ts';
import { resolveVersion1 } from './version-1.ts';
import { resolveVersion2 } from './version-2.ts';

export { MissingEvent, type StateEvents } from './state-events.ts';

/**
 * The one state that several states of a room, one per branch of its graph, come to.
 * @param events the events in the states and their whole auth chains, loaded beforehand
 * @throws MissingEvent when one that is needed was not
 */
export function resolveState(version: RoomVersion, stateSets: readonly StateMap[], events: StateEvents): StateMap {
  const [first, ...others] = stateSets;
  if (first === undefined) return new Map();
  if (others.length === 0) return first;
  switch (version.stateResolution) {
    case 'v1':
      return resolveVersion1(stateSets, events);
    case 'v2':
      return resolveVersion2(stateSets, { withSubgraph: false, startsEmpty: false }, events);
    case 'v2.1':
      return resolveVersion2(stateSets, { withSubgraph: true, startsEmpty: true }, events);
  }
}
