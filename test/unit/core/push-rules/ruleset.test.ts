import { expect } from 'chai';
import type { UserId } from '../../../../src/core/identifiers.ts';
import type { JsonObject } from '../../../../src/core/json.ts';
import { deleteRule, findRule, putRule, setRuleActions, setRuleEnabled, type Place } from '../../../../src/core/push-rules/change-rules.ts';
import { parseRule, parseRuleKind } from '../../../../src/core/push-rules/parse-rule.ts';
import { NO_CHANGES, wireRuleset, type PushRuleChanges } from '../../../../src/core/push-rules/ruleset.ts';
import { refusalOf } from '../refusal-of.ts';

const ME = '@me:example.org' as UserId;
const put = (changes: PushRuleChanges, ruleId: string, place?: Place): PushRuleChanges =>
  putRule(changes, 'content', parseRule('content', ruleId, { pattern: ruleId, actions: ['notify'] }), place);
const ids = (changes: PushRuleChanges): string => changes.own.content.map((rule) => rule.ruleId).join('');
const three = ['c', 'b', 'a'].reduce((changes, ruleId) => put(changes, ruleId), NO_CHANGES);

const failure = (act: () => unknown): string => {
  const refusal = refusalOf(act);
  return refusal === undefined ? 'none' : `${refusal.status} ${refusal.errcode}`;
};

describe('push ruleset', () => {
  it('starts as the server-default rules with the id of the user', () => {
    const { override, content, room, sender, underride } = wireRuleset(ME, NO_CHANGES);
    const names = (rules: readonly { rule_id: string }[]): string => rules.map((rule) => rule.rule_id.replace('.m.rule.', '')).join(' ');
    expect(names(override)).to.equal(
      'master suppress_notices invite_for_me member_event is_user_mention is_room_mention tombstone reaction room.server_acl suppress_edits',
    );
    expect(names(underride)).to.equal('call encrypted_room_one_to_one room_one_to_one message encrypted');
    expect([...content, ...room, ...sender]).to.deep.equal([]);
    expect(override.filter((rule) => !rule.enabled).map((rule) => rule.rule_id)).to.deep.equal(['.m.rule.master']);
    expect(override[2]).to.deep.equal({
      rule_id: '.m.rule.invite_for_me',
      default: true,
      enabled: true,
      conditions: [
        { kind: 'event_match', key: 'type', pattern: 'm.room.member' },
        { kind: 'event_match', key: 'content.membership', pattern: 'invite' },
        { kind: 'event_match', key: 'state_key', pattern: ME },
      ],
      actions: ['notify', { set_tweak: 'sound', value: 'default' }],
    });
    expect(override[4]?.conditions).to.deep.equal([{ kind: 'event_property_contains', key: 'content.m\\.mentions.user_ids', value: ME }]);
  });

  it('shows own rules before the defaults and after the master rule', () => {
    const changes = putRule(NO_CHANGES, 'override', parseRule('override', 'mine', { actions: ['dont_notify'] }));
    const { override } = wireRuleset(ME, changes);
    expect(override.slice(0, 3).map((rule) => rule.rule_id)).to.deep.equal(['.m.rule.master', 'mine', '.m.rule.suppress_notices']);
    expect(override[1]).to.deep.equal({ rule_id: 'mine', default: false, enabled: true, conditions: [], actions: ['dont_notify'] });
    expect(wireRuleset(ME, three).content[0]).to.deep.equal({ rule_id: 'a', default: false, enabled: true, pattern: 'a', actions: ['notify'] });
  });

  it('survives being stored as JSON', () => {
    const changes = setRuleEnabled(three, 'underride', '.m.rule.call', false);
    expect(JSON.parse(JSON.stringify(changes))).to.deep.equal(changes);
  });

  const places: [ruleId: string, place: Place | undefined, order: string][] = [
    ['x', undefined, 'xabc'],
    ['x', { before: 'b' }, 'axbc'],
    ['x', { after: 'b' }, 'abxc'],
    ['x', { before: 'c', after: 'a' }, 'abxc'],
    ['b', undefined, 'abc'],
    ['c', { before: 'a' }, 'cab'],
    ['a', { after: 'c' }, 'bca'],
  ];
  for (const [ruleId, place, order] of places) {
    it(`puts ${ruleId} ${JSON.stringify(place) ?? 'anywhere'} so that the order is ${order}`, () => {
      expect(ids(put(three, ruleId, place))).to.equal(order);
    });
  }

  it('keeps a changed rule disabled', () => {
    const changed = put(setRuleEnabled(three, 'content', 'b', false), 'b');
    expect(findRule(changed, 'content', 'b').enabled).to.equal(false);
    expect(ids(changed)).to.equal('abc');
  });

  it('changes enabled and actions of own and default rules', () => {
    const own = setRuleActions(three, 'content', 'b', []);
    expect(findRule(own, 'content', 'b')).to.deep.equal({ ruleId: 'b', enabled: true, actions: [], pattern: 'b' });
    const off = setRuleEnabled(NO_CHANGES, 'underride', '.m.rule.message', false);
    const both = setRuleActions(off, 'underride', '.m.rule.message', [{ set_tweak: 'highlight' }]);
    expect(findRule(both, 'underride', '.m.rule.message'))
      .to.include({ enabled: false })
      .and.to.deep.include({ actions: [{ set_tweak: 'highlight' }] });
    expect(findRule(both, 'underride', '.m.rule.encrypted').enabled).to.equal(true);
  });

  it('deletes own rules only', () => {
    expect(ids(deleteRule(three, 'content', 'b'))).to.equal('ac');
    expect(failure(() => deleteRule(three, 'content', 'x'))).to.equal('404 M_NOT_FOUND');
    expect(failure(() => deleteRule(three, 'override', '.m.rule.master'))).to.equal('404 M_NOT_FOUND');
  });

  it('refuses what is not there', () => {
    expect(failure(() => put(three, 'x', { before: 'nobody' }))).to.equal('400 M_UNKNOWN');
    expect(failure(() => put(three, 'a', { after: 'a' }))).to.equal('400 M_UNKNOWN');
    expect(failure(() => put(three, 'x', { after: '.m.rule.call' }))).to.equal('400 M_INVALID_PARAM');
    expect(failure(() => findRule(three, 'room', 'a'))).to.equal('404 M_NOT_FOUND');
    expect(failure(() => findRule(three, 'room', '.m.rule.master'))).to.equal('404 M_NOT_FOUND');
    expect(failure(() => setRuleEnabled(three, 'content', 'x', true))).to.equal('404 M_NOT_FOUND');
  });

  it('bounds the number of rules', () => {
    const own = {
      ...NO_CHANGES.own,
      content: Array.from({ length: 1000 }, (_, n) => ({ ruleId: `r${n}`, enabled: true, actions: [], pattern: 'x' })),
    };
    expect(failure(() => put({ ...NO_CHANGES, own }, 'x'))).to.equal('400 M_INVALID_PARAM');
    expect(failure(() => put({ ...NO_CHANGES, own }, 'r7'))).to.equal('none');
  });
});

describe('push rule of a request', () => {
  const rule = (more: JsonObject): JsonObject => ({ actions: [], ...more });
  const condition = (more: JsonObject): JsonObject => rule({ conditions: [more] });
  const cases: [title: string, ruleId: string, body: JsonObject, outcome: string][] = [
    ['no conditions', 'x', rule({}), 'none'],
    ['an unknown kind of condition', 'x', condition({ kind: 'org.example.new', what: [1] }), 'none'],
    ['an alias as its id', '#spam:example.com', rule({}), 'none'],
    ['an id of a server rule', '.m.rule.mine', rule({}), '400 M_INVALID_PARAM'],
    ['a slash in its id', 'a/b', rule({}), '400 M_INVALID_PARAM'],
    ['a backslash in its id', 'a\\b', rule({}), '400 M_INVALID_PARAM'],
    ['an endless id', 'x'.repeat(513), rule({}), '400 M_INVALID_PARAM'],
    ['no actions', 'x', {}, '400 M_MISSING_PARAM'],
    ['actions that are no list', 'x', { actions: 'notify' }, '400 M_BAD_JSON'],
    ['an unknown action', 'x', { actions: ['dance'] }, '400 M_INVALID_PARAM'],
    ['a tweak without a name', 'x', { actions: [{ value: 1 }] }, '400 M_INVALID_PARAM'],
    ['too many actions', 'x', { actions: Array.from({ length: 51 }, () => 'notify') }, '400 M_INVALID_PARAM'],
    ['conditions that are no list', 'x', rule({ conditions: {} }), '400 M_BAD_JSON'],
    ['a condition without a kind', 'x', condition({ key: 'type' }), '400 M_BAD_JSON'],
    ['too many conditions', 'x', rule({ conditions: Array.from({ length: 51 }, () => ({ kind: 'x' })) }), '400 M_INVALID_PARAM'],
    ['event_match without key', 'x', condition({ kind: 'event_match', pattern: '*' }), '400 M_MISSING_PARAM'],
    ['event_match without pattern', 'x', condition({ kind: 'event_match', key: 'type' }), '400 M_MISSING_PARAM'],
    ['a pattern too long', 'x', condition({ kind: 'event_match', key: 'type', pattern: '*'.repeat(1025) }), '400 M_INVALID_PARAM'],
    ['a value that is a list', 'x', condition({ kind: 'event_property_is', key: 'type', value: [] }), '400 M_INVALID_PARAM'],
    ['a value that is a fraction', 'x', condition({ kind: 'event_property_contains', key: 'type', value: 0.5 }), '400 M_INVALID_PARAM'],
    ['a member count that is none', 'x', condition({ kind: 'room_member_count', is: '=2' }), '400 M_INVALID_PARAM'],
    ['a permission without key', 'x', condition({ kind: 'sender_notification_permission' }), '400 M_MISSING_PARAM'],
  ];
  for (const [title, ruleId, body, outcome] of cases) {
    it(`with ${title}: ${outcome}`, () => void expect(failure(() => parseRule('override', ruleId, body))).to.equal(outcome));
  }

  it('of the kind content needs a pattern', () => {
    expect(failure(() => parseRule('content', 'x', rule({})))).to.equal('400 M_MISSING_PARAM');
  });

  it('gives the historical actions back, as clients look for theirs', () => {
    expect(parseRule('room', 'x', { actions: ['notify', 'coalesce', 'dont_notify'] }).actions).to.deep.equal(['notify', 'coalesce', 'dont_notify']);
  });

  it('is of a known kind', () => {
    expect(parseRuleKind('room')).to.equal('room');
    expect(failure(() => parseRuleKind('global'))).to.equal('400 M_INVALID_PARAM');
  });
});
