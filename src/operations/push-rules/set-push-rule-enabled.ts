import { setRuleEnabled } from '../../core/push-rules/change-rules.ts';
import type { RuleKind } from '../../core/push-rules/push-rule.ts';
import type { Work } from '../../kernel/work.ts';
import * as pushRules from '../../store/push-rules.ts';
import { defineOperation } from '../define.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3pushrulesglobalkindruleidenabled */
export const setPushRuleEnabled = defineOperation({
  name: 'set-push-rule-enabled',
  prepare: (_context, who, input: { readonly kind: RuleKind; readonly ruleId: string; readonly enabled: boolean }) => ({
    ...input,
    userId: who.userId,
  }),
  *commit({ userId, kind, ruleId, enabled }): Work<void> {
    yield* pushRules.update(userId, (changes) => setRuleEnabled(changes, kind, ruleId, enabled));
  },
});
