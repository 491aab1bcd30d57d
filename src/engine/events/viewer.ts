import type { DeviceId, UserId } from '../../core/identifiers.ts';

/** For whom events are read. */
export interface Viewer {
  readonly userId: UserId;
  /** Sees the transaction ids of what it has sent itself. */
  readonly deviceId: DeviceId | undefined;
  /** Whose messages the user does not want to see: https://spec.matrix.org/v1.19/client-server-api/#ignoring-users */
  readonly ignored?: ReadonlySet<UserId>;
}
