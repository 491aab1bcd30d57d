import { wireRuleset } from '../../core/push-rules/ruleset.ts';
import * as pushRules from '../../store/push-rules.ts';
import { defineRead } from '../define.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrulesglobal */
export const getPushRules = defineRead({
  name: 'get-push-rules',
  async prepare(context, who, _input: undefined) {
    return wireRuleset(who.userId, await context.read(() => pushRules.find(who.userId)));
  },
});
