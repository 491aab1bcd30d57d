import { deleteRule } from '../../core/push-rules/change-rules.ts';
import type { RuleKind } from '../../core/push-rules/push-rule.ts';
import type { Work } from '../../kernel/work.ts';
import * as pushRules from '../../store/push-rules.ts';
import { defineOperation } from '../define.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3pushrulesglobalkindruleid */
export const deletePushRule = defineOperation({
  name: 'delete-push-rule',
  prepare: (_context, who, input: { readonly kind: RuleKind; readonly ruleId: string }) => ({ ...input, userId: who.userId }),
  *commit({ userId, kind, ruleId }): Work<void> {
    yield* pushRules.update(userId, (changes) => deleteRule(changes, kind, ruleId));
  },
});
