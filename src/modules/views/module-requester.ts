import type { Origin, Requester } from '../../kernel/requester.ts';

/** Somebody who asks for something, as a module sees them. */
export interface ModuleRequester {
  readonly userId: string;
  /** Undefined when no device stands behind the request. */
  readonly deviceId: string | undefined;
  readonly isGuest: boolean;
  readonly isAdmin: boolean;
  readonly shadowBanned: boolean;
  readonly appServiceId: string | undefined;
  /** The road by which the request came. */
  readonly origin: Origin;
}

export function moduleRequester(requester: Requester): ModuleRequester {
  const { userId, deviceId, isGuest, isAdmin, shadowBanned, appServiceId, origin } = requester;
  return Object.freeze({ userId, deviceId, isGuest, isAdmin, shadowBanned, appServiceId, origin });
}
