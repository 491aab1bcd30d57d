import { expect } from 'chai';
import type { JsonObject, JsonValue } from '../../../../src/core/json.ts';
import { parseEventFields, projectFields } from '../../../../src/core/filters/event-fields.ts';
import { includesRoom, matchesEvent, matchesRoomEvent } from '../../../../src/core/filters/matches-event.ts';
import { parseFilter, parseRoomEventFilter } from '../../../../src/core/filters/parse-filter.ts';
import { refusalOf } from '../refusal-of.ts';

const failure = (json: JsonValue): string => {
  const refusal = refusalOf(() => parseFilter(json));
  return `${refusal?.errcode} ${refusal?.message}`;
};

describe('filter', () => {
  it('lets everything through when it is empty', () => {
    const filter = parseFilter({});
    expect(filter.eventFields).to.equal(undefined);
    expect(filter.eventFormat).to.equal('client');
    expect(filter.room.includeLeave).to.equal(false);
    expect(filter.room.timeline).to.include({
      limit: 10,
      containsUrl: undefined,
      lazyLoadMembers: false,
      includeRedundantMembers: false,
      unreadThreadNotifications: false,
    });
    expect(includesRoom(filter.room, '!any:example.org')).to.equal(true);
    expect(matchesEvent(filter.presence, { type: 'm.presence', sender: '@a:b', content: {} })).to.equal(true);
    expect(matchesEvent(filter.accountData, { type: 'm.direct', content: {} })).to.equal(true);
  });

  it('reads every part', () => {
    const timeline = {
      limit: 3,
      lazy_load_members: true,
      include_redundant_members: true,
      unread_thread_notifications: true,
      contains_url: false,
      types: ['m.room.*'],
      related_by_rel_types: ['m.thread'],
      related_by_senders: ['@a:b'],
    };
    const filter = parseFilter({ event_format: 'federation', event_fields: ['type'], room: { include_leave: true, timeline }, unknown: 1 });
    expect(filter.eventFormat).to.equal('federation');
    expect(filter.room.includeLeave).to.equal(true);
    expect(filter.room.timeline).to.deep.include({
      limit: 3,
      lazyLoadMembers: true,
      includeRedundantMembers: true,
      unreadThreadNotifications: true,
      containsUrl: false,
      relatedByRelTypes: ['m.thread'],
      relatedBySenders: ['@a:b'],
    });
    expect(filter.room.timeline.types.include?.patterns).to.deep.equal(['m.room.*']);
  });

  it('bounds the limit', () => {
    expect(parseFilter({ room: { timeline: { limit: 1_000_000 } } }).room.timeline.limit).to.equal(100);
  });

  it('takes an empty list of fields for all fields', () => {
    expect(parseFilter({ event_fields: [] }).eventFields).to.equal(undefined);
  });

  const wrong: [json: JsonValue, failure: string][] = [
    [[], 'M_BAD_JSON A filter must be an object'],
    ['x', 'M_BAD_JSON A filter must be an object'],
    [{ presence: 'x' }, 'M_BAD_JSON "presence" of the filter must be an object'],
    [{ presence: null }, 'M_BAD_JSON "presence" of the filter must be an object'],
    [{ room: { timeline: [] } }, 'M_BAD_JSON "room.timeline" of the filter must be an object'],
    [{ room: { state: { types: 'm.room.*' } } }, 'M_BAD_JSON "room.state.types" of the filter must be a list of texts'],
    [{ room: { state: { not_types: [1] } } }, 'M_BAD_JSON "room.state.not_types" of the filter must be a list of texts'],
    [{ room: { rooms: ['room'] } }, 'M_BAD_JSON "room.rooms" of the filter must be a list of texts that start with !'],
    [{ account_data: { not_senders: ['me'] } }, 'M_BAD_JSON "account_data.not_senders" of the filter must be a list of texts that start with @'],
    [{ room: { timeline: { limit: -1 } } }, 'M_BAD_JSON "room.timeline.limit" of the filter must be a whole number that is not negative'],
    [{ room: { timeline: { limit: 1.5 } } }, 'M_BAD_JSON "room.timeline.limit" of the filter must be a whole number that is not negative'],
    [{ room: { include_leave: 1 } }, 'M_BAD_JSON "room.include_leave" of the filter must be true or false'],
    [{ event_format: 'xml' }, 'M_BAD_JSON "event_format" of the filter must be one of client, federation'],
    [{ event_fields: Array.from({ length: 251 }, () => 'a') }, 'M_INVALID_PARAM "event_fields" of the filter may have at most 250 entries'],
  ];
  for (const [json, message] of wrong) {
    it(`refuses ${JSON.stringify(json).slice(0, 60)}`, () => void expect(failure(json)).to.equal(message));
  }
});

describe('filter of room events', () => {
  const event = { type: 'm.room.message', sender: '@a:b', roomId: '!r:b', content: { url: null } as JsonObject };
  const cases: [filter: JsonObject, matches: boolean][] = [
    [{}, true],
    [{ types: ['m.room.message'] }, true],
    [{ types: ['m.room.*'] }, true],
    [{ types: ['*message'] }, true],
    [{ types: ['m.room.messag?'] }, false],
    [{ types: ['M.ROOM.MESSAGE'] }, false],
    [{ types: [] }, false],
    [{ not_types: ['m.*'] }, false],
    [{ not_types: [] }, true],
    [{ types: ['m.room.message'], not_types: ['*.message'] }, false],
    [{ senders: ['@a:b'] }, true],
    [{ senders: ['@c:b'] }, false],
    [{ senders: [] }, false],
    [{ senders: ['@a:b'], not_senders: ['@a:b'] }, false],
    [{ rooms: ['!r:b'] }, true],
    [{ rooms: ['!s:b'] }, false],
    [{ rooms: ['!r:b'], not_rooms: ['!r:b'] }, false],
    [{ contains_url: true }, true],
    [{ contains_url: false }, false],
  ];
  for (const [filter, matches] of cases) {
    it(`${JSON.stringify(filter)} ${matches ? 'lets through' : 'holds back'}`, () => {
      expect(matchesRoomEvent(parseRoomEventFilter(filter), event)).to.equal(matches);
    });
  }

  it('looks only at own properties for a url', () => {
    expect(matchesRoomEvent(parseRoomEventFilter({ contains_url: true }), { ...event, content: {} })).to.equal(false);
  });

  it('holds back what has no sender when senders are wanted', () => {
    const { accountData } = parseFilter({ account_data: { senders: ['@a:b'] } });
    expect(matchesEvent(accountData, { type: 'm.direct', content: {} })).to.equal(false);
  });
});

describe('event fields', () => {
  const event = JSON.parse(
    '{"type":"t","sender":"@a:b","content":{"body":"x","m.x":{"a":1,"b":2},"list":[{"a":1}]},"__proto__":{"p":1}}',
  ) as JsonObject;
  const cases: [fields: string[], projected: string][] = [
    [['type'], '{"type":"t"}'],
    [['content.body'], '{"content":{"body":"x"}}'],
    [['content.m\\.x.a', 'type'], '{"content":{"m.x":{"a":1}},"type":"t"}'],
    [['content.body', 'content'], JSON.stringify({ content: event['content'] })],
    [['content', 'content.body'], JSON.stringify({ content: event['content'] })],
    [['content.list.0', 'content.nothing', 'type.length', 'nothing', 'constructor'], '{}'],
    [['__proto__.p'], '{"__proto__":{"p":1}}'],
    [['a.'.repeat(30_000)], '{}'],
  ];
  for (const [fields, projected] of cases) {
    it(`keeps ${fields.join(', ').slice(0, 60)}`, () =>
      void expect(JSON.stringify(projectFields(event, parseEventFields(fields)))).to.equal(projected));
  }
});
