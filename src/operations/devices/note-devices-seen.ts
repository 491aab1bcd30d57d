import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as devices from '../../store/devices.ts';
import * as purgedMemberships from '../../store/purged-memberships.ts';
import { defineOperation } from '../define.ts';

/** Stores when and from where devices were last used. */
export const noteDevicesSeen = defineOperation({
  name: 'note-devices-seen',
  prepare: ({ clock }, _who: Caller, sightings: readonly devices.Sighting[]) => ({ sightings, now: clock.now() }),
  *commit({ sightings, now }): Work<void> {
    for (const sighting of sightings) yield* devices.noteSeen(sighting);
    yield* purgedMemberships.forgetHeard([...new Set(sightings.map(({ userId }) => userId))], now);
  },
});
