import { deviceListNews, type DeviceListNews } from '../../engine/encryption/device-list-news.ts';
import * as memberships from '../../store/memberships.ts';
import { parseSyncToken } from '../../sync/token.ts';
import { defineRead } from '../define.ts';

interface Interval {
  /** Tokens of /sync. */
  readonly from: string;
  readonly to: string;
}

/**
 * Whose keys changed since a sync: https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3keyschanges
 * Of each user only the last change is known, so `to` is read but does not leave out what happened since: the client hears of it once more.
 * @throws M_INVALID_PARAM for what is no token of /sync
 */
export const getKeyChanges = defineRead({
  name: 'get-key-changes',
  async prepare(context, who, { from, to }: Interval): Promise<DeviceListNews> {
    const since = parseSyncToken(from).stream;
    parseSyncToken(to);
    return context.read(function* () {
      const rooms = yield* memberships.joinedRoomsOf(who.userId);
      return yield* deviceListNews(who.userId, since, { rooms, user: true });
    });
  },
});
