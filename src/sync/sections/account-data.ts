import { matchesEvent } from '../../core/filters/matches-event.ts';
import { groupBy } from '../../core/group-by.ts';
import type { RoomId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { wireRuleset } from '../../core/push-rules/ruleset.ts';
import type { Work } from '../../kernel/work.ts';
import * as accountData from '../../store/account-data.ts';
import type { AccountData, RoomAccountData } from '../../store/account-data.ts';
import * as pushRules from '../../store/push-rules.ts';
import type { Answer, RoomEvents, RoomSection, SyncRequest } from '../section.ts';

/** Global account data, with the push rules among it: https://spec.matrix.org/v1.19/client-server-api/#client-config */
export function* accountDataSection(request: SyncRequest): Work<Answer | undefined> {
  const { viewer, since, upTo, filter } = request;
  if (!request.mayHaveChanged(`user:${viewer.userId}`)) return undefined;
  const data = yield* accountData.globalBetween(viewer.userId, since?.stream ?? 0, upTo.stream);
  const events = [...(yield* pushRulesEvent(request)), ...data.map(eventOf)].filter((event) => matchesEvent(filter.accountData, event));
  return events.length === 0 ? undefined : { body: { account_data: { events } }, isNews: true };
}

/** Everybody has push rules: an initial sync tells them, changed or not. */
function* pushRulesEvent({ viewer: { userId }, since, upTo }: SyncRequest): Work<readonly DataEvent[]> {
  if (since !== undefined && !(yield* pushRules.changedBetween(userId, since.stream, upTo.stream))) return [];
  return [{ type: 'm.push_rules', content: { global: wireRuleset(userId, yield* pushRules.find(userId)) } }];
}

/** Account data of joined rooms, tags and the fully read marker among it. */
export const roomAccountDataSection: RoomSection = {
  *changes(request, since, rooms) {
    const { viewer, upTo } = request;
    if (!request.mayHaveChanged(`user:${viewer.userId}`)) return new Map<RoomId, readonly JsonObject[]>();
    const data = yield* accountData.ofAllRoomsBetween(viewer.userId, since.stream, upTo.stream);
    return byRoom(data.filter(({ roomId }) => rooms.all.has(roomId)));
  },
  *everything({ viewer, upTo }, rooms) {
    return byRoom(yield* accountData.ofRooms(viewer.userId, rooms, upTo.stream));
  },
};

function byRoom(data: readonly RoomAccountData[]): RoomEvents {
  return new Map([...groupBy(data, ({ roomId }) => roomId)].map(([roomId, ofRoom]) => [roomId, ofRoom.map(eventOf)]));
}

type DataEvent = { readonly type: string; readonly content: JsonObject };
const eventOf = ({ type, content }: AccountData): DataEvent => ({ type, content });
