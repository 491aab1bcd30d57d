import { row, type Work } from '../kernel/work.ts';

const USABLE = '(uses_allowed is null or uses < uses_allowed) and (expires_ts is null or expires_ts > ?)';

/** @param now milliseconds since the epoch */
export function* isUsable(token: string, now: number): Work<boolean> {
  return (yield* row<{ token: string }>(`select token from registration_tokens where token = ? and ${USABLE}`, token, now)) !== undefined;
}

/** Counts one use. @returns false when the token cannot be used (any more); nothing is counted then */
export function* use(token: string, now: number): Work<boolean> {
  const used = yield* row<{ token: string }>(
    `update registration_tokens set uses = uses + 1 where token = ? and ${USABLE} returning token`,
    token,
    now,
  );
  return used !== undefined;
}
