import type { Caller } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as departures from '../../store/departures.ts';
import { defineOperation } from '../define.ts';

/** Takes a room off the list of those that a deactivated user has still to leave. */
export const finishDeparture = defineOperation({
  name: 'finish-departure',
  prepare: (_context, _who: Caller, departure: departures.Departure) => departure,
  *commit(departure): Work<void> {
    yield* departures.remove(departure);
  },
});
