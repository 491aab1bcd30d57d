import type { Requester } from '../../src/kernel/requester.ts';
import type { TestUser } from '../../src/testing/index.ts';

/** The requester that a user's requests would run as if they were shadow-banned. */
export const shadowBanned = ({ userId, deviceId }: TestUser): Requester => ({
  origin: 'client',
  ip: '127.0.0.1',
  userAgent: '',
  userId,
  deviceId,
  tokenId: undefined,
  isGuest: false,
  isAdmin: false,
  shadowBanned: true,
  appServiceId: undefined,
});
