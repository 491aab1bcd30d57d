import { createHmac } from 'node:crypto';

export interface AdminRegistration {
  /** As the server handed it out for this one registration. */
  readonly nonce: string;
  readonly username: string;
  readonly password: string;
  readonly admin: boolean;
  readonly userType?: string | undefined;
}

/**
 * Proves the knowledge of `registration.shared_secret` without sending it: `POST /_synapse/admin/v1/register`, which existing tools use.
 * @returns an HMAC-SHA1, as hexadecimal digits
 */
export function registrationMac(sharedSecret: string, { nonce, username, password, admin, userType }: AdminRegistration): string {
  const fields = [nonce, username, password, admin ? 'admin' : 'notadmin', ...(userType === undefined ? [] : [userType])];
  return createHmac('sha1', sharedSecret).update(fields.join('\0')).digest('hex');
}
