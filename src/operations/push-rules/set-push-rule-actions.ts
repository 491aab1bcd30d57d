import type { JsonValue } from '../../core/json.ts';
import { parseActions } from '../../core/push-rules/actions.ts';
import { setRuleActions } from '../../core/push-rules/change-rules.ts';
import type { RuleKind } from '../../core/push-rules/push-rule.ts';
import type { Work } from '../../kernel/work.ts';
import * as pushRules from '../../store/push-rules.ts';
import { defineOperation } from '../define.ts';

interface Setting {
  readonly kind: RuleKind;
  readonly ruleId: string;
  readonly actions: JsonValue | undefined;
}

/** https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3pushrulesglobalkindruleidactions */
export const setPushRuleActions = defineOperation({
  name: 'set-push-rule-actions',
  prepare: (_context, who, { kind, ruleId, actions }: Setting) => ({ userId: who.userId, kind, ruleId, actions: parseActions(actions) }),
  *commit({ userId, kind, ruleId, actions }): Work<void> {
    yield* pushRules.update(userId, (changes) => setRuleActions(changes, kind, ruleId, actions));
  },
});
