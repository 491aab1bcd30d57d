/** `/.well-known/matrix/server`: https://spec.matrix.org/v1.19/server-server-api/#getwell-knownmatrixserver */
import { isServerName, type ServerName } from '../identifiers.ts';
import { isObject, stringAt, type JsonValue } from '../json.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** How long what was found is kept when the reply does not say it, and at least and at most when it does (ms). */
const USUAL = 24 * HOUR;
const LEAST = MINUTE;
const MOST = 48 * HOUR;

/** To whom a server delegates what is meant for it; undefined when the reply is not valid. */
export function delegatedName(reply: JsonValue | undefined): ServerName | undefined {
  const name = isObject(reply) ? stringAt(reply, 'm.server') : undefined;
  return name !== undefined && isServerName(name) ? name : undefined;
}

/**
 * How long a valid reply is kept, in ms.
 * @param cacheControl @param expires its headers of these names
 * @param now milliseconds since the epoch
 */
export function delegationLifetime(cacheControl: string | null, expires: string | null, now: number): number {
  const told = toldLifetime(cacheControl ?? '', expires, now);
  return told === undefined ? USUAL : Math.min(Math.max(told, LEAST), MOST);
}

function toldLifetime(cacheControl: string, expires: string | null, now: number): number | undefined {
  if (/(?:^|[\s,])no-(?:store|cache)(?:[\s,]|$)/i.test(cacheControl)) return 0;
  const maxAge = /(?:^|[\s,])max-age\s*=\s*"?(\d{1,12})/i.exec(cacheControl)?.[1];
  if (maxAge !== undefined) return Number(maxAge) * 1000;
  const until = expires === null ? Number.NaN : Date.parse(expires);
  return Number.isNaN(until) ? undefined : until - now;
}

/** How long it is kept that there is nothing valid, in ms: the longer the oftener it was so. @param failures in a row, at least 1 */
export const failureLifetime = (failures: number): number => Math.min(MINUTE * 2 ** (failures - 1), HOUR);
