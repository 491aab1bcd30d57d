import { expect } from 'chai';
import { nextChange, presenceOf, type DevicePresence } from '../../../../src/engine/presence/device-presence.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const syncing = (state: DevicePresence['state']): DevicePresence => ({ state, syncs: 1, lastSeen: 0 });
const seen = (state: DevicePresence['state'], lastSeen: number): DevicePresence => ({ state, syncs: 0, lastSeen });

describe('the presence that comes of several devices', () => {
  const cases: readonly (readonly [what: string, devices: DevicePresence[], lastActive: number, now: number, state: string, active: boolean])[] = [
    ['no device', [], 0, 0, 'offline', false],
    ['one that syncs', [syncing('online')], 0, SECOND, 'online', true],
    ['one that is idle by its own account', [syncing('unavailable')], 0, SECOND, 'unavailable', false],
    ['the most present decides', [syncing('unavailable'), syncing('online')], 0, SECOND, 'online', true],
    ['a minute without activity', [syncing('online')], 0, MINUTE, 'online', false],
    ['five minutes without activity', [syncing('online')], 0, 5 * MINUTE, 'unavailable', false],
    ['just gone', [seen('online', 0)], 0, 30 * SECOND - 1, 'online', true],
    ['gone', [seen('online', 0)], 0, 30 * SECOND, 'offline', false],
    ['one gone, one idle', [seen('online', 0), syncing('unavailable')], 0, 30 * SECOND, 'unavailable', false],
  ];
  for (const [what, devices, lastActive, now, state, currentlyActive] of cases) {
    it(what, () => expect(presenceOf(devices, lastActive, now)).to.deep.equal({ state, currentlyActive }));
  }

  it('knows when time alone will change it', () => {
    expect(nextChange([syncing('online')], 0, 0)).to.equal(MINUTE);
    expect(nextChange([syncing('online')], 0, MINUTE)).to.equal(5 * MINUTE);
    expect(nextChange([syncing('online')], 0, 5 * MINUTE)).to.equal(undefined);
    expect(nextChange([seen('online', 10 * SECOND)], 0, 20 * SECOND)).to.equal(40 * SECOND);
  });
});
