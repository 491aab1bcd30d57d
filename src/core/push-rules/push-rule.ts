import type { JsonValue } from '../json.ts';
import type { Action } from './actions.ts';

/** The kinds of rules in the order in which they are checked: https://spec.matrix.org/v1.19/client-server-api/#push-rules */
export const RULE_KINDS = ['override', 'content', 'room', 'sender', 'underride'] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

/**
 * Stands in the server-default rules for the id of the user whose rules they are, so that
 * one compiled ruleset serves all users who changed nothing.
 */
export const SELF = Symbol("the user's id");

/** A condition of any kind, unknown ones included: they are kept and never match. */
export interface Condition {
  readonly kind: string;
  readonly [parameter: string]: JsonValue | typeof SELF;
}

export interface Rule {
  readonly ruleId: string;
  readonly enabled: boolean;
  readonly actions: readonly Action[];
  /** Of override and underride rules: all must hold. */
  readonly conditions?: readonly Condition[];
  /** Of content rules: a glob for words of the body. */
  readonly pattern?: string;
}

/** Rules by kind, the most important first. */
export type RulesByKind<R = Rule> = Readonly<Record<RuleKind, readonly R[]>>;
