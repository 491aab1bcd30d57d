import { expect } from 'chai';
import type { JsonObject, JsonValue } from '../../../src/core/json.ts';
import { PowerLevels, readLevel } from '../../../src/core/power-levels.ts';
import { ALICE, BOB, CAROL, RoomGraph, versionOf, versions } from './room-graph.ts';

const view = (id: string, content: JsonObject | undefined, create: JsonObject = {}): PowerLevels =>
  new PowerLevels(versionOf(id), RoomGraph.created(id, create).get('m.room.create'), content && { content });

describe('power levels', () => {
  it('have the defaults of the specification', () => {
    for (const content of [undefined, {}]) {
      const levels = view('11', content);
      expect([levels.ban, levels.kick, levels.redact, levels.invite]).to.deep.equal([50, 50, 50, 0]);
      expect([levels.eventLevel('m.room.name', true), levels.eventLevel('m.room.message', false)]).to.deep.equal([50, 0]);
      expect(levels.notificationLevel('room')).to.equal(50);
      expect(levels.userLevel(BOB)).to.equal(0);
    }
  });

  it('give the creator 100 as long as there is no event, up to version 11', () => {
    for (const id of versions(1, 11)) {
      expect(view(id, undefined).userLevel(ALICE), id).to.equal(100);
      expect(view(id, {}).userLevel(ALICE), id).to.equal(0);
    }
  });

  it('give creators more than any level from version 12 on', () => {
    const levels = view('12', { users_default: 5 }, { additional_creators: [BOB] });
    for (const user of [ALICE, BOB]) expect(levels.userLevel(user)).to.equal(Infinity);
    expect(levels.userLevel(CAROL)).to.equal(5);
    expect(view('11', {}, { additional_creators: [BOB] }).userLevel(BOB)).to.equal(0);
  });

  it('read what the event says', () => {
    const levels = view('11', {
      ban: 1,
      kick: 2,
      redact: 3,
      invite: 4,
      state_default: 5,
      events_default: 6,
      users_default: 7,
      events: {
        'm.room.name': 8,
        'm.room.message': 9,
      },
      users: { [BOB]: 10 },
      notifications: { room: 11 },
    });
    expect([levels.ban, levels.kick, levels.redact, levels.invite]).to.deep.equal([1, 2, 3, 4]);
    expect([levels.eventLevel('m.room.topic', true), levels.eventLevel('m.sticker', false)]).to.deep.equal([5, 6]);
    expect([levels.eventLevel('m.room.name', true), levels.eventLevel('m.room.message', false)]).to.deep.equal([8, 9]);
    expect([levels.userLevel(CAROL), levels.userLevel(BOB), levels.notificationLevel('room')]).to.deep.equal([7, 10, 11]);
    expect(levels.eventLevel('constructor', false)).to.equal(6);
  });

  it('let a redaction take effect by level or by server', () => {
    const levels = view('11', { users: { [BOB]: 50 } });
    expect(levels.mayRedact(BOB, { sender: ALICE })).to.equal(true);
    expect(levels.mayRedact(CAROL, { sender: ALICE })).to.equal(true);
    expect(levels.mayRedact(CAROL, { sender: BOB })).to.equal(false);
  });

  const written: [JsonValue, upTo5: number | undefined, upTo9: number | undefined, later: number | undefined][] = [
    [50, 50, 50, 50],
    [-1, -1, -1, -1],
    ['50', 50, 50, undefined],
    [' +0050 ', 50, 50, undefined],
    ['-7', -7, -7, undefined],
    ['', undefined, undefined, undefined],
    ['5.5', undefined, undefined, undefined],
    ['0x10', undefined, undefined, undefined],
    ['1'.repeat(400), undefined, undefined, undefined],
    [50.57, 50, undefined, undefined],
    [-5.9, -5, undefined, undefined],
    [true, undefined, undefined, undefined],
    [null, undefined, undefined, undefined],
    [[50], undefined, undefined, undefined],
  ];
  for (const [value, upTo5, upTo9, later] of written) {
    it(`read ${JSON.stringify(value).slice(0, 20)}`, () => {
      const read = (from: number, to: number): (number | undefined)[] => versions(from, to).map((id) => readLevel(value, versionOf(id)));
      expect(new Set(read(1, 5))).to.deep.equal(new Set([upTo5]));
      expect(new Set(read(6, 9))).to.deep.equal(new Set([upTo9]));
      expect(new Set(read(10, 12))).to.deep.equal(new Set([later]));
    });
  }
});
