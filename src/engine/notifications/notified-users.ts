import { setImmediate } from 'node:timers/promises';
import type { RoomId, UserId } from '../../core/identifiers.ts';
import { evaluatePushRules, narrowRuleset, type CompiledRuleset } from '../../core/push-rules/evaluate-push-rules.ts';
import type { Reader } from '../../kernel/database.ts';
import type { Work } from '../../kernel/work.ts';
import * as accountData from '../../store/account-data.ts';
import type { StoredEvent } from '../../store/events.ts';
import * as notified from '../../store/notified.ts';
import type { Hearer } from '../../store/notified.ts';
import type { Push } from '../../store/push-queue.ts';
import { prepareOnce } from './prepared-events.ts';
import { pushContextIn, type PushContextOf } from './push-context.ts';
import type { Rulesets } from './rulesets.ts';

/** How many users' rules are evaluated before others have their turn, and after how many the stretch ends with the event. */
const AT_ONCE = 500;
const ENOUGH = 10_000;

/** Who has to be told of the events up to a position. */
export interface NotifiedUsers {
  readonly pushes: readonly Push[];
  readonly upTo: number;
}

/** What is needed to judge the events of a room. */
interface Room {
  readonly hearers: readonly Hearer[];
  readonly contextOf: PushContextOf;
  readonly rulesOf: (userId: UserId) => CompiledRuleset;
}

/**
 * Which users with pushers are to be told of the events after a position, up to another or somewhat less far, where they are many. Members may
 * see all that comes after they joined, so nobody asks for the history's visibility; nobody is told of what an ignored user does.
 */
export async function notifiedUsers(reader: Reader, rulesets: Rulesets, after: number, upTo: number): Promise<NotifiedUsers> {
  const rooms = new Map<RoomId, Room | 'nobody hears'>();
  const pushes: Push[] = [];
  let looked = 0;
  for (const stored of await reader.read(() => notified.newsBetween(after, upTo))) {
    const { roomId } = stored.event;
    const room = rooms.get(roomId) ?? (await reader.read(() => roomOf(roomId, rulesets)));
    rooms.set(roomId, room);
    if (room === 'nobody hears') continue;
    for (let start = 0; start < room.hearers.length; start += AT_ONCE) {
      const some = room.hearers.slice(start, start + AT_ONCE);
      pushes.push(...(await reader.read(() => pushesTo(some, stored, room))));
      looked += some.length;
      if (some.length === AT_ONCE) await setImmediate();
    }
    if (looked >= ENOUGH) return { pushes, upTo: stored.pos };
  }
  return { pushes, upTo };
}

function* roomOf(roomId: RoomId, rulesets: Rulesets): Work<Room | 'nobody hears'> {
  const hearers = yield* notified.hearersIn(roomId);
  if (hearers.length === 0) return 'nobody hears';
  const rulesOf = yield* rulesets.ofAll(hearers.map(({ userId }) => userId));
  return { hearers, contextOf: yield* pushContextIn(roomId), rulesOf };
}

/** Most share a ruleset, so that what is the same for everybody in the room is asked once. */
function* pushesTo(hearers: readonly Hearer[], { event, pos }: StoredEvent, { contextOf, rulesOf }: Room): Work<readonly Push[]> {
  const prepared = prepareOnce(event);
  const narrowed = new Map<CompiledRuleset, CompiledRuleset>();
  const pushes: Push[] = [];
  for (const hearer of hearers) {
    const { userId, membership, joinedPos } = hearer;
    const isHeard = membership === 'join' ? (joinedPos ?? Infinity) <= pos : hearer.pos === pos;
    if (!isHeard || userId === event.sender) continue;
    const [ruleset, context] = [rulesOf(userId), contextOf(hearer, event)];
    const rules = narrowed.get(ruleset) ?? narrowRuleset(ruleset, prepared, context);
    narrowed.set(ruleset, rules);
    const { notify, actions } = evaluatePushRules(rules, prepared, context);
    if (notify) pushes.push({ userId, pos, actions });
  }
  if (pushes.length === 0) return [];
  const ignoring = yield* accountData.ignoring(
    event.sender,
    pushes.map(({ userId }) => userId),
  );
  return pushes.filter(({ userId }) => !ignoring.has(userId));
}
