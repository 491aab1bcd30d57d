import type { DeviceId, UserId } from '../core/identifiers.ts';

/** The road by which an operation was asked for. Gates do not depend on it. */
export type Origin = 'client' | 'admin' | 'federation' | 'app-service' | 'module' | 'background';

/** Somebody who asks for an operation, known or not. */
export interface Caller {
  readonly origin: Origin;
  readonly ip: string;
  readonly userAgent: string;
}

/** A user on whose behalf an operation runs. */
export interface Requester extends Caller {
  readonly userId: UserId;
  /** Undefined when no device stands behind the request (a module, a background job). */
  readonly deviceId: DeviceId | undefined;
  /** Identifies the access token, undefined without one. */
  readonly tokenId: number | undefined;
  readonly isGuest: boolean;
  readonly isAdmin: boolean;
  /** The events of this request are shown to the user alone. */
  readonly shadowBanned: boolean;
  readonly appServiceId: string | undefined;
  /** What administrators have done to the account: https://spec.matrix.org/v1.19/client-server-api/#account-moderation */
  readonly barred?: 'locked' | 'suspended' | undefined;
}

export const isRequester = (caller: Caller): caller is Requester => 'userId' in caller;

/** The server, when it does something of its own accord that no request asked for. */
export const SERVER_ITSELF: Caller = { origin: 'background', ip: '', userAgent: '' };

/** A user, when the server does for them in the background what they asked for before. @param rights none by default */
export const onBehalfOf = (
  userId: UserId,
  rights: { readonly isGuest?: boolean; readonly isAdmin?: boolean; readonly isShadowBanned?: boolean } = {},
): Requester => ({
  ...SERVER_ITSELF,
  userId,
  deviceId: undefined,
  tokenId: undefined,
  isGuest: rights.isGuest ?? false,
  isAdmin: rights.isAdmin ?? false,
  shadowBanned: rights.isShadowBanned ?? false,
  appServiceId: undefined,
});
