import { findRule } from '../../core/push-rules/change-rules.ts';
import type { RuleKind } from '../../core/push-rules/push-rule.ts';
import { wireRule } from '../../core/push-rules/ruleset.ts';
import * as pushRules from '../../store/push-rules.ts';
import { defineRead } from '../define.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrulesglobalkindruleid, also for its `actions` and `enabled` */
export const getPushRule = defineRead({
  name: 'get-push-rule',
  async prepare(context, who, input: { readonly kind: RuleKind; readonly ruleId: string }) {
    const changes = await context.read(() => pushRules.find(who.userId));
    return wireRule(input.kind, findRule(changes, input.kind, input.ruleId), who.userId);
  },
});
