import { stateKeyOf, type StateKey, type StateMap } from '../core/event.ts';
import type { EventId, RoomId } from '../core/identifiers.ts';
import { execute, inList, row, rows, type Work } from '../kernel/work.ts';

/** The number of one state of one room; see "skip deltas" in migrations/001. */
export type StateGroup = number & { readonly __stateGroup: never };

interface GroupRow {
  readonly group_id: StateGroup;
  readonly generation: number;
  readonly base_id: StateGroup | null;
}
interface Change {
  readonly type: string;
  readonly stateKey: string;
  readonly eventId: EventId;
}

/**
 * A group and all groups that its changes build upon, newest first. It is joined by `cross join`, which SQLite takes as it stands:
 * left to itself it would begin with a scan of all changes of all rooms.
 */
const CHAIN = `with recursive chain (group_id, generation, base_id) as (
  select group_id, generation, base_id from state_groups where group_id = ?
  union all select g.group_id, g.generation, g.base_id from state_groups g join chain on g.group_id = chain.base_id
)`;

/** Makes the state that follows `previous` (undefined: the empty state) by some changes. */
export function* advance(roomId: RoomId, previous: StateGroup | undefined, changes: readonly Change[]): Work<StateGroup> {
  const chain =
    previous === undefined
      ? []
      : yield* rows<GroupRow>(`${CHAIN} select group_id, generation, base_id from chain order by generation desc`, previous);
  const generation = (chain[0]?.generation ?? 0) + 1;
  const baseGeneration = generation & (generation - 1);
  const base = chain.find((group) => group.generation === baseGeneration);
  const made = yield* row<{ group_id: StateGroup }>(
    'insert into state_groups (room_id, generation, previous_id, base_id) values (?, ?, ?, ?) returning group_id',
    roomId,
    generation,
    previous ?? null,
    base?.group_id ?? null,
  );
  if (made === undefined) throw new Error('No state group was made');
  const between = chain.filter((group) => group.generation > baseGeneration).toReversed();
  for (const group of between) {
    yield* execute(
      `insert into state_changes (group_id, key_id, event_id) select ?, key_id, event_id from state_changes where group_id = ?
       on conflict (group_id, key_id) do update set event_id = excluded.event_id`,
      made.group_id,
      group.group_id,
    );
  }
  for (const change of changes) {
    yield* execute(
      'insert into state_changes (group_id, key_id, event_id) values (?, ?, ?) on conflict (group_id, key_id) do update set event_id = excluded.event_id',
      made.group_id,
      yield* keyId(change.type, change.stateKey),
      change.eventId,
    );
  }
  return made.group_id;
}

/** The event at one key of a state. */
export function* lookUp(group: StateGroup, type: string, stateKey: string): Work<EventId | undefined> {
  const found = yield* row<{ event_id: EventId }>(
    `${CHAIN} select c.event_id from chain cross join state_changes c where c.group_id = chain.group_id
     and c.key_id = (select key_id from state_keys where type = ? and state_key = ?) order by chain.generation desc limit 1`,
    group,
    type,
    stateKey,
  );
  return found?.event_id;
}

/**
 * The events at some keys of some states, in one question.
 * @returns for each group those that exist of all combinations of the types and keys
 */
export function* lookUpAll(
  groups: readonly StateGroup[],
  types: readonly string[],
  stateKeys: readonly string[],
): Work<ReadonlyMap<StateGroup, StateMap>> {
  const [roots, typeList, keyList] = [inList(groups), inList(types), inList(stateKeys)];
  const found = yield* rows<{ root: StateGroup; type: string; state_key: string; event_id: EventId }>(
    `with recursive chain (root, group_id, generation, base_id) as (
       select group_id, group_id, generation, base_id from state_groups where group_id in ${roots.marks}
       union all select chain.root, g.group_id, g.generation, g.base_id from state_groups g join chain on g.group_id = chain.base_id
     )
     select chain.root, k.type, k.state_key, c.event_id from chain cross join state_changes c cross join state_keys k
     where c.group_id = chain.group_id and k.key_id = c.key_id and c.key_id in (select key_id from state_keys where type in ${typeList.marks} and state_key in ${keyList.marks})
     order by chain.generation`,
    ...roots.args,
    ...typeList.args,
    ...keyList.args,
  );
  const states = new Map(groups.map((group) => [group, new Map<StateKey, EventId>()]));
  for (const entry of found) states.get(entry.root)?.set(stateKeyOf(entry.type, entry.state_key), entry.event_id);
  return states;
}

/** A state in full, or all of it that has one type. */
export function* whole(group: StateGroup, type?: string): Work<StateMap> {
  const found = yield* rows<{ type: string; state_key: string; event_id: EventId }>(
    `${CHAIN} select k.type, k.state_key, c.event_id from chain cross join state_changes c cross join state_keys k
     where c.group_id = chain.group_id and k.key_id = c.key_id${type === undefined ? '' : ' and k.type = ?'} order by chain.generation`,
    group,
    ...(type === undefined ? [] : [type]),
  );
  const state = new Map<StateKey, EventId>();
  for (const entry of found) state.set(stateKeyOf(entry.type, entry.state_key), entry.event_id);
  return state;
}

function* keyId(type: string, stateKey: string): Work<number> {
  const known = yield* row<{ key_id: number }>('select key_id from state_keys where type = ? and state_key = ?', type, stateKey);
  if (known !== undefined) return known.key_id;
  const made = yield* row<{ key_id: number }>('insert into state_keys (type, state_key) values (?, ?) returning key_id', type, stateKey);
  if (made === undefined) throw new Error('No state key was made');
  return made.key_id;
}
