import { execute, row, rows, type Work } from '../kernel/work.ts';

/** https://spec.matrix.org/v1.19/client-server-api/#token-authenticated-registration */
export interface RegistrationToken {
  readonly token: string;
  /** How often it can be used; null for any number of times. */
  readonly usesAllowed: number | null;
  readonly uses: number;
  /** Milliseconds since the epoch; null for a token that does not expire. */
  readonly expiresTs: number | null;
}

/** What can be changed of a token; what is undefined stays. */
export type TokenLimits = { readonly [K in 'usesAllowed' | 'expiresTs']?: RegistrationToken[K] | undefined };

const COLUMNS = 'token, uses_allowed as "usesAllowed", uses, expires_ts as "expiresTs"';
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

export function* find(token: string): Work<RegistrationToken | undefined> {
  return yield* row<RegistrationToken>(`select ${COLUMNS} from registration_tokens where token = ?`, token);
}

/** All tokens, or those that can, or cannot, be used now. */
export function* list(usable: boolean | undefined, now: number): Work<readonly RegistrationToken[]> {
  if (usable === undefined) return yield* rows<RegistrationToken>(`select ${COLUMNS} from registration_tokens order by token`);
  return yield* rows<RegistrationToken>(
    `select ${COLUMNS} from registration_tokens where ${usable ? USABLE : `not (${USABLE})`} order by token`,
    now,
  );
}

/** @returns false when there is such a token already */
export function* create({ token, usesAllowed, expiresTs }: Omit<RegistrationToken, 'uses'>, now: number): Work<boolean> {
  const made = yield* row<{ token: string }>(
    'insert into registration_tokens (token, uses_allowed, expires_ts, created_ts) values (?, ?, ?, ?) on conflict (token) do nothing returning token',
    token,
    usesAllowed,
    expiresTs,
    now,
  );
  return made !== undefined;
}

export function* setLimits({ token, usesAllowed, expiresTs }: Omit<RegistrationToken, 'uses'>): Work<void> {
  yield* execute('update registration_tokens set uses_allowed = ?, expires_ts = ? where token = ?', usesAllowed, expiresTs, token);
}

/** @returns false when there was none */
export function* remove(token: string): Work<boolean> {
  return (yield* row<{ token: string }>('delete from registration_tokens where token = ? returning token', token)) !== undefined;
}
