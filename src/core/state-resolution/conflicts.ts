import type { StateKey, StateMap } from '../event.ts';
import type { EventId } from '../identifiers.ts';

export interface Conflicts {
  readonly unconflicted: StateMap;
  readonly conflicted: ReadonlyMap<StateKey, ReadonlySet<EventId>>;
}

/**
 * Divides states into what they agree on and what they do not.
 * @param absence whether a key that some of the states lack is a conflict (it is not for version 1)
 */
export function divide(stateSets: readonly StateMap[], absence: 'conflicts' | 'agrees'): Conflicts {
  const unconflicted = new Map<StateKey, EventId>();
  const conflicted = new Map<StateKey, ReadonlySet<EventId>>();
  for (const key of new Set(stateSets.flatMap((state) => [...state.keys()]))) {
    const values = stateSets.map((state) => state.get(key)).filter((id) => id !== undefined);
    const distinct = new Set(values);
    const [id] = distinct;
    const isAgreed = distinct.size === 1 && (absence === 'agrees' || values.length === stateSets.length);
    if (isAgreed && id !== undefined) unconflicted.set(key, id);
    else conflicted.set(key, distinct);
  }
  return { unconflicted, conflicted };
}
