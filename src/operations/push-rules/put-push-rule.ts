import type { JsonObject } from '../../core/json.ts';
import { putRule, type Place } from '../../core/push-rules/change-rules.ts';
import { parseRule } from '../../core/push-rules/parse-rule.ts';
import type { RuleKind } from '../../core/push-rules/push-rule.ts';
import type { Work } from '../../kernel/work.ts';
import * as pushRules from '../../store/push-rules.ts';
import { defineOperation } from '../define.ts';

interface Putting {
  readonly kind: RuleKind;
  readonly ruleId: string;
  readonly place: Place;
  readonly body: JsonObject;
}

/** https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3pushrulesglobalkindruleid */
export const putPushRule = defineOperation({
  name: 'put-push-rule',
  prepare: (_context, who, { kind, ruleId, place, body }: Putting) => ({
    userId: who.userId,
    kind,
    rule: parseRule(kind, ruleId, body),
    place,
  }),
  *commit({ userId, kind, rule, place }): Work<void> {
    yield* pushRules.update(userId, (changes) => putRule(changes, kind, rule, place));
  },
});
