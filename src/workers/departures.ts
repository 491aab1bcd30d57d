import type { Reader } from '../kernel/database.ts';
import type { Run } from '../kernel/operation.ts';
import { onBehalfOf, SERVER_ITSELF } from '../kernel/requester.ts';
import { finishDeparture } from '../operations/accounts/finish-departure.ts';
import { leaveRoom } from '../operations/rooms/leave-room.ts';
import * as departures from '../store/departures.ts';
import type { Departure } from '../store/departures.ts';
import type { Queue } from './queue-worker.ts';

const PAGE = 20;

/** Deactivated users leave their rooms, one by one. */
export const departuresQueue = (reader: Reader, run: Run): Queue<Departure> => ({
  name: 'departures',
  topic: 'queue:departures',
  after: (last) => reader.read(() => departures.after(last, PAGE)),
  async work(departure) {
    await run(leaveRoom, onBehalfOf(departure.userId), { roomId: departure.roomId, reason: undefined });
    await run(finishDeparture, SERVER_ITSELF, departure);
  },
  drop: (departure) => run(finishDeparture, SERVER_ITSELF, departure),
});
