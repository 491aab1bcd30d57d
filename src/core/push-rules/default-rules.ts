import type { Action } from './actions.ts';
import { SELF, type Condition, type Rule, type RulesByKind } from './push-rule.ts';

const HIGHLIGHT: Action = { set_tweak: 'highlight' };
const sound = (value: string): Action => ({ set_tweak: 'sound', value });
const matches = (key: string, pattern: string | typeof SELF): Condition => ({ kind: 'event_match', key, pattern });
const ofType = (type: string): Condition => matches('type', type);
const BETWEEN_TWO: Condition = { kind: 'room_member_count', is: '2' };

const rule = (name: string, conditions: readonly Condition[], actions: readonly Action[]): Rule => ({
  ruleId: `.m.rule.${name}`,
  enabled: true,
  conditions,
  actions,
});

/** Turned on to turn all notifications off; the one default that stands before the rules of the user. */
export const MASTER_RULE: Rule = { ...rule('master', [], []), enabled: false };

/** The server-default rules: https://spec.matrix.org/v1.19/client-server-api/#predefined-rules */
export const DEFAULT_RULES: RulesByKind = {
  override: [
    MASTER_RULE,
    rule('suppress_notices', [matches('content.msgtype', 'm.notice')], []),
    rule(
      'invite_for_me',
      [ofType('m.room.member'), matches('content.membership', 'invite'), matches('state_key', SELF)],
      ['notify', sound('default')],
    ),
    rule('member_event', [ofType('m.room.member')], []),
    rule(
      'is_user_mention',
      [{ kind: 'event_property_contains', key: String.raw`content.m\.mentions.user_ids`, value: SELF }],
      ['notify', sound('default'), HIGHLIGHT],
    ),
    rule(
      'is_room_mention',
      [
        { kind: 'event_property_is', key: String.raw`content.m\.mentions.room`, value: true },
        { kind: 'sender_notification_permission', key: 'room' },
      ],
      ['notify', HIGHLIGHT],
    ),
    rule('tombstone', [ofType('m.room.tombstone'), matches('state_key', '')], ['notify', HIGHLIGHT]),
    rule('reaction', [ofType('m.reaction')], []),
    rule('room.server_acl', [ofType('m.room.server_acl'), matches('state_key', '')], []),
    rule('suppress_edits', [{ kind: 'event_property_is', key: String.raw`content.m\.relates_to.rel_type`, value: 'm.replace' }], []),
  ],
  content: [],
  room: [],
  sender: [],
  underride: [
    rule('call', [ofType('m.call.invite')], ['notify', sound('ring')]),
    rule('encrypted_room_one_to_one', [BETWEEN_TWO, ofType('m.room.encrypted')], ['notify', sound('default')]),
    rule('room_one_to_one', [BETWEEN_TWO, ofType('m.room.message')], ['notify', sound('default')]),
    rule('message', [ofType('m.room.message')], ['notify']),
    rule('encrypted', [ofType('m.room.encrypted')], ['notify']),
  ],
};
