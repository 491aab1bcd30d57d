import type { RoomId, UserId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { wireRuleset } from '../../core/push-rules/ruleset.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import * as accountData from '../../store/account-data.ts';
import * as pushRules from '../../store/push-rules.ts';
import { defineRead } from '../define.ts';
import { onlyOwn } from '../only-own.ts';

interface Wanted {
  readonly userId: UserId;
  /** Undefined for global account data. */
  readonly roomId: RoomId | undefined;
  readonly type: string;
}

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridaccount_datatype */
export const getAccountData = defineRead({
  name: 'get-account-data',
  async prepare(context, who, input: Wanted) {
    onlyOwn(who, input.userId, 'Account data');
    const content = await context.read(() => find(input));
    if (content === undefined) throw notFound(`There is no account data of type ${input.type}`);
    return content;
  },
});

function* find({ userId, roomId, type }: Wanted): Work<JsonObject | undefined> {
  if (type === 'm.push_rules' && roomId === undefined) return { global: wireRuleset(userId, yield* pushRules.find(userId)) };
  return yield* accountData.find(userId, roomId, type);
}
