import type { JsonObject, JsonValue } from '../../core/json.ts';
import { parseActions } from '../../core/push-rules/actions.ts';
import { toUserId } from '../../kernel/parse.ts';
import type { Actions } from '../actions.ts';
import { jsonOf } from '../results.ts';

/** What users are notified of. */
export interface NotificationsApi {
  /** @throws an error for what is no list of actions of a push rule */
  checkPushRuleActions(actions: readonly JsonValue[]): void;
  /**
   * Changes what a push rule of a user does.
   * @param scope `global`: there is no other
   * @throws MatrixError M_NOT_FOUND for an unknown rule, or user
   */
  setPushRuleAction(userId: string, scope: string, kind: string, ruleId: string, actions: readonly JsonValue[]): Promise<void>;
  /**
   * Sends a notification to the push gateways of a user at once.
   * @param deviceId the one device that is told; null for all of them
   * @param content what stands in the notification: https://spec.matrix.org/v1.19/push-gateway-api/#post_matrixpushv1notify
   * @param tweaks how the devices show it
   * @param defaultPayload put into the `default_payload` of what the gateway knows of each device
   * @returns by device whether its gateway took it; nothing for a user who has expired
   */
  sendHttpPushNotification(
    userId: string,
    deviceId: string | null,
    content: JsonObject,
    tweaks?: JsonObject,
    defaultPayload?: JsonObject,
  ): Promise<Readonly<Record<string, boolean>>>;
}

export const checkPushRuleActions: NotificationsApi['checkPushRuleActions'] = (list) => void parseActions(jsonOf(list));

export const notificationsApi = (actions: Promise<Actions>): NotificationsApi => ({
  checkPushRuleActions,
  async setPushRuleAction(userId, scope, kind, ruleId, list) {
    if (scope !== 'global') throw new Error(`There are push rules of the scope global only, not of ${scope}`);
    await (await actions).setPushRuleActions(toUserId(userId), { kind, ruleId, actions: jsonOf(list) });
  },
  sendHttpPushNotification: async (userId, deviceId, content, tweaks = {}, defaultPayload = {}) =>
    (await actions).push(toUserId(userId), { deviceId, content: jsonOf(content), tweaks: jsonOf(tweaks), defaultPayload: jsonOf(defaultPayload) }),
});
