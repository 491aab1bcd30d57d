import type { DeviceId, UserId } from '../../core/identifiers.ts';
import type { Requester } from '../../kernel/requester.ts';
import type { Work } from '../../kernel/work.ts';
import * as accountData from '../../store/account-data.ts';

/** For whom events are read. */
export interface Viewer {
  readonly userId: UserId;
  /** Sees the transaction ids of what it has sent itself. */
  readonly deviceId: DeviceId | undefined;
  /** Whose messages the user does not want to see: https://spec.matrix.org/v1.19/client-server-api/#ignoring-users */
  readonly ignored?: ReadonlySet<UserId>;
  /** What comes after this position is not shown yet: it is not durable. */
  readonly newest: number;
}

/** The user who asks, with whom they ignore. @param newest the newest position that clients are shown */
export function* viewerOf({ userId, deviceId }: Requester, newest: number): Work<Viewer> {
  return { userId, deviceId, ignored: yield* accountData.ignoredUsers(userId), newest };
}
