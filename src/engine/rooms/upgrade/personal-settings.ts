import { isRoomId, type RoomId, type UserId } from '../../../core/identifiers.ts';
import { objectAt, stringAt, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { MAX_OWN_RULES, putRule } from '../../../core/push-rules/change-rules.ts';
import { RULE_KINDS, type Condition, type Rule } from '../../../core/push-rules/push-rule.ts';
import type { PushRuleChanges } from '../../../core/push-rules/ruleset.ts';
import type { Work } from '../../../kernel/work.ts';
import * as accountData from '../../../store/account-data.ts';
import type { AccountData } from '../../../store/account-data.ts';
import * as currentState from '../../../store/current-state.ts';
import * as pushRules from '../../../store/push-rules.ts';

/**
 * Whoever joins the replacement of a room finds their settings of the old one there: its tags, its push rules, and whether it is a
 * direct chat. What the user has already set for the new room stays.
 * https://spec.matrix.org/v1.19/client-server-api/#room-upgrades
 * @returns the account data that has changed by it, tags aside
 */
export function* takeSettingsOver(userId: UserId, roomId: RoomId): Work<readonly AccountData[]> {
  const old = yield* replacedBy(roomId);
  if (old === undefined) return [];
  const tags = yield* accountData.find(userId, old, 'm.tag');
  if (tags !== undefined && (yield* accountData.find(userId, roomId, 'm.tag')) === undefined) {
    yield* accountData.put(userId, roomId, 'm.tag', tags);
  }
  const direct = yield* accountData.find(userId, undefined, 'm.direct');
  const moved = direct && withReplacement(direct, old, roomId);
  if (moved !== undefined) yield* accountData.put(userId, undefined, 'm.direct', moved);
  const before = yield* pushRules.find(userId);
  const changed = rulesWithReplacement(before, old, roomId);
  if (changed !== before) yield* pushRules.update(userId, () => changed);
  return moved === undefined ? [] : [{ type: 'm.direct', content: moved }];
}

/** The room that this one replaces, if that room says so as well: anybody can claim a predecessor. */
function* replacedBy(roomId: RoomId): Work<RoomId | undefined> {
  const create = yield* currentState.eventAt(roomId, 'm.room.create');
  const predecessor = create && objectAt(create.content, 'predecessor');
  const old = predecessor && stringAt(predecessor, 'room_id');
  if (old === undefined || !isRoomId(old)) return undefined;
  const tombstone = yield* currentState.eventAt(old, 'm.room.tombstone');
  return tombstone !== undefined && stringAt(tombstone.content, 'replacement_room') === roomId ? old : undefined;
}

/** m.direct lists rooms by the other user. @returns undefined when there is nothing to change */
function withReplacement(direct: JsonObject, old: RoomId, roomId: RoomId): JsonObject | undefined {
  const isOutdated = (rooms: JsonValue): rooms is readonly JsonValue[] => Array.isArray(rooms) && rooms.includes(old) && !rooms.includes(roomId);
  const entries = Object.entries(direct);
  if (!entries.some(([, rooms]) => isOutdated(rooms))) return undefined;
  return Object.fromEntries(entries.map(([user, rooms]) => [user, isOutdated(rooms) ? [...rooms, roomId] : rooms]));
}

/** Rules about a room bear its id, as room rules must and overrides by which clients mute a room do. */
function rulesWithReplacement(changes: PushRuleChanges, old: RoomId, roomId: RoomId): PushRuleChanges {
  let result = changes;
  for (const kind of RULE_KINDS) {
    const rules = changes.own[kind];
    const rule = rules.find(({ ruleId }) => ruleId === old);
    const mayTake = rules.length < MAX_OWN_RULES && !rules.some(({ ruleId }) => ruleId === roomId);
    if (rule === undefined || !mayTake) continue;
    result = putRule(result, kind, aboutRoom(rule, old, roomId), { after: old });
  }
  return result;
}

function aboutRoom(rule: Rule, old: RoomId, roomId: RoomId): Rule {
  const replaced = (condition: Condition): Condition =>
    condition['key'] === 'room_id' && condition['pattern'] === old ? { ...condition, pattern: roomId } : condition;
  return { ...rule, ruleId: roomId, ...(rule.conditions !== undefined && { conditions: rule.conditions.map(replaced) }) };
}
