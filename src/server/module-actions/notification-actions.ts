import { parseRuleKind } from '../../core/push-rules/parse-rule.ts';
import type { UserId } from '../../core/identifiers.ts';
import type { Run } from '../../kernel/operation.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { NotificationActions } from '../../modules/index.ts';
import { pushToUser } from '../../operations/modules/push-to-user.ts';
import { queueMail } from '../../operations/modules/queue-mail.ts';
import { setPushRuleActions } from '../../operations/push-rules/set-push-rule-actions.ts';
import { MODULE } from './module-caller.ts';

interface NotificationServices {
  readonly run: Run;
}

/** How modules notify people. @param as a user, where something is done in their name */
export const notificationActions = ({ run }: NotificationServices, as: (userId: UserId) => Promise<Requester>): NotificationActions => ({
  async setPushRuleActions(userId, { kind, ruleId, actions }) {
    await run(setPushRuleActions, await as(userId), { kind: parseRuleKind(kind), ruleId, actions });
  },
  push: (userId, notification) => run(pushToUser, MODULE, { userId, ...notification }),
  sendMail: (mail) => run(queueMail, MODULE, mail),
});
