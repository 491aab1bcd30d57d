import { expect } from 'chai';
import type { EventId, RoomId, UserId } from '../../../../src/core/identifiers.ts';
import type { JsonObject } from '../../../../src/core/json.ts';
import { putRule, setRuleEnabled } from '../../../../src/core/push-rules/change-rules.ts';
import type { PushContext } from '../../../../src/core/push-rules/condition.ts';
import { compileRuleset, evaluatePushRules, narrowRuleset, type PushVerdict } from '../../../../src/core/push-rules/evaluate-push-rules.ts';
import { parseRule } from '../../../../src/core/push-rules/parse-rule.ts';
import { prepareEvent, type PushableEvent } from '../../../../src/core/push-rules/prepare-event.ts';
import type { Condition, RuleKind } from '../../../../src/core/push-rules/push-rule.ts';
import { NO_CHANGES, type PushRuleChanges } from '../../../../src/core/push-rules/ruleset.ts';

const ME = '@me:example.org' as UserId;
const OTHER = '@other:example.org' as UserId;
const ROOM = '!room:example.org' as RoomId;

const event = (content: JsonObject, more: Partial<PushableEvent> = {}): PushableEvent => ({
  eventId: '$event' as EventId,
  roomId: ROOM,
  type: 'm.room.message',
  stateKey: undefined,
  sender: OTHER,
  content,
  originServerTs: 1,
  redacts: undefined,
  ...more,
});
const message = (body: string, more: JsonObject = {}): PushableEvent => event({ msgtype: 'm.text', body, ...more });
const context = (more: Partial<PushContext> = {}): PushContext => ({
  userId: ME,
  displayName: 'Me Myself',
  memberCount: 3,
  senderPowerLevel: 0,
  notificationLevel: () => 50,
  ...more,
});
/** The verdict, which is the same when the rules were narrowed for everybody in the room before. */
function evaluate(changes: PushRuleChanges, what: PushableEvent, more?: Partial<PushContext>): PushVerdict {
  const [rules, prepared] = [compileRuleset(changes), prepareEvent(what)];
  const verdict = evaluatePushRules(rules, prepared, context(more));
  const narrowed = narrowRuleset(rules, prepared, context({ ...more, userId: OTHER, displayName: 'Somebody Else' }));
  expect(evaluatePushRules(narrowed, prepared, context(more))).to.deep.equal(verdict);
  return verdict;
}
const withRule = (kind: RuleKind, ruleId: string, body: JsonObject, changes = NO_CHANGES): PushRuleChanges =>
  putRule(changes, kind, parseRule(kind, ruleId, body));

describe('server-default push rules', () => {
  const member = (membership: string, stateKey: string): PushableEvent => event({ membership }, { type: 'm.room.member', stateKey });
  const mention = { 'm.mentions': { user_ids: ['@x:y', ME] } };
  const everyone = { 'm.mentions': { room: true } };
  const cases: [title: string, event: PushableEvent, rule: string | undefined, outcome: string, context?: Partial<PushContext>][] = [
    ['a message', message('hi'), 'message', 'notify'],
    ['a message between two', message('hi'), 'room_one_to_one', 'notify', { memberCount: 2 }],
    ['an encrypted event', event({}, { type: 'm.room.encrypted' }), 'encrypted', 'notify'],
    ['an encrypted event between two', event({}, { type: 'm.room.encrypted' }), 'encrypted_room_one_to_one', 'notify', { memberCount: 2 }],
    ['a call', event({}, { type: 'm.call.invite' }), 'call', 'notify'],
    ['a notice', event({ msgtype: 'm.notice', body: 'hi', ...mention }), 'suppress_notices', 'silent'],
    ['an invite for me', member('invite', ME), 'invite_for_me', 'notify'],
    ['an invite for another', member('invite', OTHER), 'member_event', 'silent'],
    ['a join', member('join', OTHER), 'member_event', 'silent'],
    ['a mention', message('hi', mention), 'is_user_mention', 'highlight'],
    ['a mention in an encrypted event', event(mention, { type: 'm.room.encrypted' }), 'is_user_mention', 'highlight'],
    ['a mention of a longer id', message('hi', { 'm.mentions': { user_ids: [`${ME}x`] } }), 'message', 'notify'],
    ['a name in the text alone', message('Me Myself @room @me:example.org'), 'message', 'notify'],
    ['a mention of the room', message('hi', everyone), 'is_room_mention', 'highlight', { senderPowerLevel: 50 }],
    ['a mention of the room without power', message('hi', everyone), 'message', 'notify', { senderPowerLevel: 49 }],
    ['a mention of the room that is no boolean', message('hi', { 'm.mentions': { room: 'true' } }), 'message', 'notify', { senderPowerLevel: 50 }],
    ['a tombstone', event({}, { type: 'm.room.tombstone', stateKey: '' }), 'tombstone', 'highlight'],
    ['a tombstone that is no state', event({}, { type: 'm.room.tombstone' }), undefined, 'silent'],
    ['a reaction', event({}, { type: 'm.reaction' }), 'reaction', 'silent'],
    ['an ACL', event({}, { type: 'm.room.server_acl', stateKey: '' }), 'room.server_acl', 'silent'],
    ['an edit', message('* hi', { 'm.relates_to': { rel_type: 'm.replace', event_id: '$a' } }), 'suppress_edits', 'silent'],
    [
      'an edit with a mention',
      message('* hi', { 'm.relates_to': { rel_type: 'm.replace', event_id: '$a' }, ...mention }),
      'is_user_mention',
      'highlight',
    ],
    ['an event of another type', event({ body: 'hi' }, { type: 'org.example.thing' }), undefined, 'silent'],
  ];
  for (const [title, what, rule, outcome, more] of cases) {
    it(`${title}: ${rule ?? 'no rule'}, ${outcome}`, () => {
      const verdict = evaluate(NO_CHANGES, what, more);
      expect(verdict.ruleId).to.equal(rule && `.m.rule.${rule}`);
      expect(verdict.notify).to.equal(outcome !== 'silent');
      expect(verdict.highlight).to.equal(outcome === 'highlight');
    });
  }

  it('says which sounds to play', () => {
    expect(evaluate(NO_CHANGES, event({}, { type: 'm.call.invite' })).actions).to.deep.equal(['notify', { set_tweak: 'sound', value: 'ring' }]);
  });
});

describe('push rules of a user', () => {
  it('never notify of own events', () => {
    const all = withRule('override', 'all', { actions: ['notify'] });
    expect(evaluate(all, event({}, { sender: ME })).notify).to.equal(false);
    expect(evaluate(all, event({})).notify).to.equal(true);
  });

  it('stand before the defaults, but after the master rule', () => {
    const all = withRule('override', 'all', { actions: ['notify'] });
    expect(evaluate(all, event({}, { type: 'm.reaction' })).ruleId).to.equal('all');
    expect(evaluate(setRuleEnabled(all, 'override', '.m.rule.master', true), message('hi'))).to.include({ notify: false, ruleId: '.m.rule.master' });
  });

  it('never match when disabled', () => {
    const off = setRuleEnabled(withRule('room', ROOM, { actions: [] }), 'room', ROOM, false);
    expect(evaluate(off, message('hi')).notify).to.equal(true);
  });

  it('are checked kind by kind', () => {
    const kinds: [RuleKind, string, JsonObject][] = [
      ['underride', 'under', {}],
      ['sender', OTHER, {}],
      ['room', ROOM, {}],
      ['content', 'cake', { pattern: 'cake' }],
      ['override', 'over', {}],
    ];
    let changes = NO_CHANGES;
    for (const [kind, ruleId, body] of kinds) {
      changes = withRule(kind, ruleId, { ...body, actions: [] }, changes);
      expect(evaluate(changes, message('no Cake!')).ruleId).to.equal(ruleId);
    }
    expect(evaluate(withRule('room', '!else:example.org', { actions: [] }), message('hi')).notify).to.equal(true);
    expect(evaluate(withRule('sender', ME, { actions: [] }), message('hi')).notify).to.equal(true);
  });

  it('highlight only where they notify', () => {
    const tweak = (value: JsonObject): PushRuleChanges => withRule('override', 'all', { actions: ['notify', { set_tweak: 'highlight', ...value }] });
    expect(evaluate(tweak({}), message('hi')).highlight).to.equal(true);
    expect(evaluate(tweak({ value: false }), message('hi')).highlight).to.equal(false);
    expect(evaluate(withRule('override', 'all', { actions: [{ set_tweak: 'highlight' }] }), message('hi'))).to.include({
      notify: false,
      highlight: false,
    });
  });
});

describe('push conditions', () => {
  const topic = (value: JsonObject[string]): PushableEvent => event({ topic: value }, { type: 'm.room.topic', stateKey: '' });
  const matchTopic = { kind: 'event_match', key: 'content.topic', pattern: 'lunc?*' };
  const inBody = (pattern: string): Condition => ({ kind: 'event_match', key: 'content.body', pattern });
  const federate = { kind: 'event_property_is', key: String.raw`content.m\.federate`, value: true };
  const alias = { kind: 'event_property_contains', key: 'content.alt_aliases', value: '#a:b' };
  const count = (is: string): Condition => ({ kind: 'room_member_count', is });
  const named = { kind: 'contains_display_name' };
  const cases: [condition: Condition, event: PushableEvent, matches: boolean, context?: Partial<PushContext>][] = [
    [matchTopic, topic('Lunch plans'), true],
    [matchTopic, topic('LUNCH'), true],
    [matchTopic, topic(' lunch'), false],
    [matchTopic, topic('lunc'), false],
    [matchTopic, topic(null), false],
    [{ ...matchTopic, pattern: '*' }, event({}), false],
    [{ kind: 'event_match', key: 'room_id', pattern: ROOM }, event({}), true],
    [{ kind: 'event_match', key: 'content', pattern: '*' }, event({}), false],
    [inBody('ex*ple'), message('An example event.'), true],
    [inBody('ex*ple'), message('exple'), true],
    [inBody('ex*ple'), message('An exciting triple-whammy'), true],
    [inBody('ex*ple'), message('hexample'), false],
    [inBody('ex*ple'), message('examples'), false],
    [inBody('ex*ple'), message('ex_ample'), true],
    [inBody('ample'), message('ex_ample'), false],
    [inBody('tea'), message('Time for TEA'), true],
    [inBody('@me'), message('say @ME!'), true],
    [federate, event({ 'm.federate': true }), true],
    [federate, event({ 'm.federate': 'true' }), false],
    [federate, event({ 'm.federate': 1 }), false],
    [federate, event({}), false],
    [{ ...federate, value: null }, event({ 'm.federate': null }), true],
    [{ ...federate, value: null }, event({}), false],
    [{ ...federate, value: 3 }, event({ 'm.federate': 3 }), true],
    [alias, event({ alt_aliases: ['#x:b', '#a:b'] }), true],
    [alias, event({ alt_aliases: [':b', ['#a:b']] }), false],
    [alias, event({ alt_aliases: '#a:b' }), false],
    [named, message('hey ME MYSELF, look'), true],
    [named, message('some myself'), false],
    [named, message('hey'), false, { displayName: '' }],
    [named, message('hey'), false, { displayName: undefined }],
    [named, message('hey'), false, { displayName: '*' }],
    [count('3'), event({}), true],
    [count('==4'), event({}), false],
    [count('<3'), event({}), false],
    [count('<=3'), event({}), true],
    [count('>2'), event({}), true],
    [count('>=4'), event({}), false],
    [{ kind: 'sender_notification_permission', key: 'room' }, event({}), true, { senderPowerLevel: 50 }],
    [{ kind: 'sender_notification_permission', key: 'room' }, event({}), false],
    [{ kind: 'org.example.unknown' }, event({}), false],
  ];
  for (const [condition, what, matches, more] of cases) {
    it(`${JSON.stringify(condition)} ${matches ? 'matches' : 'does not match'} ${JSON.stringify(what.content)} ${JSON.stringify(more) ?? ''}`, () => {
      const changes = withRule('override', 'it', { conditions: [condition as JsonObject], actions: [] });
      expect(evaluate(changes, what, more).ruleId === 'it').to.equal(matches);
    });
  }

  it('must all hold', () => {
    const changes = withRule('override', 'both', { conditions: [{ kind: 'room_member_count', is: '3' }, matchTopic], actions: [] });
    expect(evaluate(changes, topic('lunch')).ruleId).to.equal('both');
    expect(evaluate(changes, topic('lunch'), { memberCount: 4 }).ruleId).to.equal(undefined);
  });

  it('never match when what is stored is malformed', () => {
    const malformed: Condition[] = [
      { kind: 'event_match', key: 'type' },
      { kind: 'event_match', pattern: '*' },
      { kind: 'event_property_is', key: 'content', value: {} },
      { kind: 'event_property_contains', key: 'content.list' },
      { kind: 'room_member_count', is: 'many' },
      { kind: 'sender_notification_permission' },
    ];
    for (const condition of malformed) {
      const rule = { ruleId: 'it', enabled: true, actions: [], conditions: [condition] };
      expect(evaluate(putRule(NO_CHANGES, 'override', rule), event({ list: [null] })).ruleId, condition.kind).not.to.equal('it');
    }
  });
});

describe('the patterns of a user', () => {
  const keywords = (count: number): PushRuleChanges => {
    let changes = NO_CHANGES;
    for (let index = 0; index < count; index++)
      changes = withRule('content', `r${index}`, { pattern: `a*word${index}*`, actions: ['notify'] }, changes);
    return changes;
  };
  const long = (word: string): PushableEvent => message(`${'a '.repeat(30_000)}${word}`);

  it('read the largest message to its end, as many as anybody has', () => {
    expect(evaluate(keywords(60), long('word7')).ruleId).to.equal('r7');
  });

  it('read only its first part when there are hundreds of them, so that no event costs more than a bounded number of steps', () => {
    const changes = keywords(600);
    expect(evaluate(changes, long('word7')).ruleId).to.not.equal('r7');
    expect(evaluate(changes, message(`${'a '.repeat(1_000)}word7`)).ruleId).to.equal('r7');
  });

  it('take no part of a property for the whole', () => {
    const whole = { kind: 'event_match', key: 'content.name', pattern: '*a' };
    let changes = withRule('override', 'whole', { conditions: [whole], actions: [] });
    for (let index = 0; index < 900; index++) changes = withRule('content', `r${index}`, { pattern: `word${index}`, actions: [] }, changes);
    expect(evaluate(changes, event({ name: `${'a'.repeat(40_000)}b` })).ruleId).to.not.equal('whole');
    expect(evaluate(changes, event({ name: 'ba' })).ruleId).to.equal('whole');
  });
});
