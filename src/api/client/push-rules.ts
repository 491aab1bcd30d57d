import { Type as t } from '@sinclair/typebox';
import type { JsonObject, JsonValue } from '../../core/json.ts';
import { parseRuleKind } from '../../core/push-rules/parse-rule.ts';
import type { RulesByKind } from '../../core/push-rules/push-rule.ts';
import type { WireRule } from '../../core/push-rules/ruleset.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { deletePushRule } from '../../operations/push-rules/delete-push-rule.ts';
import { getPushRule } from '../../operations/push-rules/get-push-rule.ts';
import { getPushRules } from '../../operations/push-rules/get-push-rules.ts';
import { putPushRule } from '../../operations/push-rules/put-push-rule.ts';
import { setPushRuleActions } from '../../operations/push-rules/set-push-rule-actions.ts';
import { setPushRuleEnabled } from '../../operations/push-rules/set-push-rule-enabled.ts';
import { anyObject, emptyObject } from '../schemas.ts';

const action = t.Union([t.String(), t.Object({ set_tweak: t.String() })]);
const rule = t.Unsafe<WireRule>(
  t.Object({
    rule_id: t.String(),
    default: t.Boolean(),
    enabled: t.Boolean(),
    actions: t.Array(action),
    conditions: t.Optional(t.Array(t.Object({ kind: t.String() }))),
    pattern: t.Optional(t.String()),
  }),
);
const ruleset = t.Unsafe<RulesByKind<WireRule>>(
  t.Object({
    override: t.Array(rule),
    content: t.Array(rule),
    room: t.Array(rule),
    sender: t.Array(rule),
    underride: t.Array(rule),
  }),
);

const RULE = '/_matrix/client/v3/pushrules/global/:kind/:ruleId';
const named = (params: { readonly kind: string; readonly ruleId: string }) => ({ kind: parseRuleKind(params.kind), ruleId: params.ruleId });

/** https://spec.matrix.org/v1.19/client-server-api/#push-rules-api */
export const PUSH_RULES = [
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/pushrules/',
    aliases: ['/_matrix/client/v3/pushrules'],
    auth: 'user',
    limit: 'general',
    reply: t.Object({ global: ruleset }),
    operation: getPushRules,
    input: () => undefined,
    output: (rules) => ({ global: rules }),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/pushrules/global/',
    aliases: ['/_matrix/client/v3/pushrules/global'],
    auth: 'user',
    limit: 'general',
    reply: ruleset,
    operation: getPushRules,
    input: () => undefined,
    output: (found) => found,
  }),
  endpoint({
    method: 'GET',
    path: RULE,
    auth: 'user',
    limit: 'general',
    reply: rule,
    operation: getPushRule,
    input: ({ params }) => named(params),
    output: (found) => found,
  }),
  endpoint({
    method: 'PUT',
    path: RULE,
    auth: 'user',
    limit: 'general',
    query: t.Object({ before: t.Optional(t.String()), after: t.Optional(t.String()) }),
    body: anyObject,
    reply: emptyObject,
    operation: putPushRule,
    input: ({ params, query, body }) => ({ ...named(params), place: query, body: body as JsonObject }),
    output: () => ({}),
  }),
  endpoint({
    method: 'DELETE',
    path: RULE,
    auth: 'user',
    limit: 'general',
    reply: emptyObject,
    operation: deletePushRule,
    input: ({ params }) => named(params),
    output: () => ({}),
  }),
  endpoint({
    method: 'GET',
    path: `${RULE}/enabled`,
    auth: 'user',
    limit: 'general',
    reply: t.Object({ enabled: t.Boolean() }),
    operation: getPushRule,
    input: ({ params }) => named(params),
    output: ({ enabled }) => ({ enabled }),
  }),
  endpoint({
    method: 'PUT',
    path: `${RULE}/enabled`,
    auth: 'user',
    limit: 'general',
    body: t.Object({ enabled: t.Boolean() }),
    reply: emptyObject,
    operation: setPushRuleEnabled,
    input: ({ params, body }) => ({ ...named(params), enabled: body.enabled }),
    output: () => ({}),
  }),
  endpoint({
    method: 'GET',
    path: `${RULE}/actions`,
    auth: 'user',
    limit: 'general',
    reply: t.Object({ actions: t.Array(action) }),
    operation: getPushRule,
    input: ({ params }) => named(params),
    output: ({ actions }) => ({ actions: [...actions] }),
  }),
  endpoint({
    method: 'PUT',
    path: `${RULE}/actions`,
    auth: 'user',
    limit: 'general',
    body: t.Object({ actions: t.Unknown() }),
    reply: emptyObject,
    operation: setPushRuleActions,
    input: ({ params, body }) => ({ ...named(params), actions: body.actions as JsonValue | undefined }),
    output: () => ({}),
  }),
];
