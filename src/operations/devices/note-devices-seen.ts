import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as devices from '../../store/devices.ts';
import { defineOperation } from '../define.ts';

/** Stores when and from where devices were last used. */
export const noteDevicesSeen = defineOperation({
  name: 'note-devices-seen',
  prepare: (_context, _who: Caller, sightings: readonly devices.Sighting[]) => sightings,
  *commit(sightings): Work<void> {
    for (const sighting of sightings) yield* devices.noteSeen(sighting);
  },
});
