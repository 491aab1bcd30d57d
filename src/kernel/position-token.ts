import { invalidParam } from './errors.ts';

/** `s`, a stream position (negative in history fetched from other servers), and whatever else a road appends behind `_`. */
const TOKEN = /^s(-?\d{1,15})(?:_|$)/;

/**
 * A pagination token: the place in the timeline directly after a stream position, so that going backwards from it begins with the
 * event at the position, and going forwards with the one after it.
 */
export const formatPosition = (position: number): string => `s${position}`;

/**
 * The stream position of a token of /sync, /messages and all others that begin with one.
 * @throws M_INVALID_PARAM
 */
export function parsePosition(token: string): number {
  const position = TOKEN.exec(token)?.[1];
  if (position === undefined) throw invalidParam(`"${token}" is not a pagination token of this server`);
  return Number(position);
}
