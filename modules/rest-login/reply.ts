import type { JsonValue } from 'plexus/module';

/** Whom the other server knows. */
export interface Known {
  readonly userId: string;
  readonly displayName: string | undefined;
  readonly emails: readonly string[];
}

type Fields = Readonly<Record<string, JsonValue | undefined>>;

/**
 * Reads the answer: `{ auth: { success, mxid?, profile?: { display_name?, three_pids? } } }`.
 * @param asked who was asked about: the answer may leave it out
 * @returns undefined when the password is wrong
 * @throws Error for an answer that is none
 */
export function readReply(reply: JsonValue, asked: string): Known | undefined {
  const auth = fieldsOf(fieldsOf(reply)?.['auth']);
  const success = auth?.['success'];
  if (auth === undefined || typeof success !== 'boolean') throw new Error('the answer has no auth.success: is this the right endpoint?');
  if (!success) return undefined;
  const { mxid } = auth;
  const profile = fieldsOf(auth['profile']) ?? {};
  const { display_name: name, three_pids: addresses } = profile;
  return {
    userId: typeof mxid === 'string' && mxid !== '' ? mxid : asked,
    displayName: typeof name === 'string' && name !== '' ? name : undefined,
    emails: Array.isArray(addresses) ? addresses.flatMap(emailIn) : [],
  };
}

function emailIn(threepid: JsonValue): string[] {
  const { medium, address } = fieldsOf(threepid) ?? {};
  return typeof medium === 'string' && medium.toLowerCase() === 'email' && typeof address === 'string' ? [address] : [];
}

const fieldsOf = (value: JsonValue | undefined): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
