import { parseFilter } from '../../core/filters/parse-filter.ts';
import type { RoomId } from '../../core/identifiers.ts';
import { objectAt, type JsonObject } from '../../core/json.ts';
import { clientEvents } from '../../engine/events/client-event.ts';
import { viewerOf } from '../../engine/events/viewer.ts';
import type { Work } from '../../kernel/work.ts';
import * as events from '../../store/events.ts';
import * as memberships from '../../store/memberships.ts';
import * as roomSummaries from '../../store/room-summaries.ts';
import { defineRead } from '../define.ts';

interface Query {
  /** Messages of each room. */
  readonly limit: number;
  /** Whether rooms are wanted that the user has left. */
  readonly archived: boolean;
}

/** What /sync does not tell in this way. */
interface Beside {
  readonly membership: string;
  readonly isPublished: boolean;
  /** The user's invitation. */
  readonly invite: JsonObject | undefined;
}

export interface InitialSync {
  /** A reply of /sync, with the state at the end of each timeline. */
  readonly sync: JsonObject;
  readonly rooms: ReadonlyMap<RoomId, Beside>;
}

/** Everything that concerns the user, as clients asked for it before there was /sync: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3initialsync */
export const getInitialSync = defineRead({
  name: 'get-initial-sync',
  async prepare(context, who, { limit, archived }: Query, ask): Promise<InitialSync> {
    const now = context.clock.now();
    const filter = parseFilter({ room: { include_leave: archived, timeline: { limit } } });
    const interestedIn = await ask('get_interested_users', who.userId);
    // No device: what is meant for devices stays where it is until /sync fetches it.
    const whole = { userId: who.userId, deviceId: undefined, since: undefined, fullState: true, useStateAfter: true, addFields: ask.addFields };
    const body = (await context.assembler.assemble({ ...whole, filter, interestedIn, now })).body.value() as JsonObject;
    const told = objectAt(body, 'rooms') ?? {};
    const roomIds = ['join', 'invite', 'leave'].flatMap((place) => Object.keys(objectAt(told, place) ?? {}) as RoomId[]);
    const beside = new Map<RoomId, Beside>();
    for (const roomId of roomIds) {
      const found = await context.read(function* (): Work<Beside | undefined> {
        const membership = yield* memberships.find(roomId, who.userId);
        if (membership === undefined) return undefined;
        const stored = membership.membership === 'invite' ? yield* events.find(membership.eventId) : undefined;
        const [invite] = stored === undefined ? [] : yield* clientEvents([stored], yield* viewerOf(who, context.notifier.position), now);
        return { membership: membership.membership, isPublished: (yield* roomSummaries.find(roomId))?.isPublished === 1, invite };
      });
      if (found !== undefined) beside.set(roomId, found);
    }
    return { sync: body, rooms: beside };
  },
});
