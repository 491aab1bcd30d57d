import { execute, row, type SqlValue, type Work } from '../kernel/work.ts';

/** What a mail address is to be used for once it is confirmed. */
export type Purpose = 'register' | 'password' | 'add';

/** Somebody on their way to show that a mail address is theirs. */
export interface ValidationSession {
  readonly sid: string;
  readonly purpose: Purpose;
  /** In canonical form. */
  readonly address: string;
  /** SHA-256 of the secret by which the client knows the session. */
  readonly clientSecretHash: string;
  /** How often the client has asked for a mail. */
  readonly sendAttempt: number;
  /** SHA-256 of what was sent to the address; undefined where there is nothing to confirm. */
  readonly tokenHash: string | undefined;
  /** Where the client wants the person to be sent afterwards. */
  readonly nextLink: string | undefined;
  /** Milliseconds since the epoch; undefined until the token came back. */
  readonly validatedTs: number | undefined;
  readonly expiresTs: number;
}

interface SessionRow extends Omit<ValidationSession, 'tokenHash' | 'nextLink' | 'validatedTs'> {
  readonly tokenHash: string | null;
  readonly nextLink: string | null;
  readonly validatedTs: number | null;
}

function* findBy(condition: string, ...args: SqlValue[]): Work<ValidationSession | undefined> {
  const found = yield* row<SessionRow>(
    `select sid, purpose, address, client_secret_hash as "clientSecretHash", send_attempt as "sendAttempt", token_hash as "tokenHash",
       next_link as "nextLink", validated_ts as "validatedTs", expires_ts as "expiresTs" from validation_sessions where ${condition}`,
    ...args,
  );
  if (found === undefined) return undefined;
  const { tokenHash, nextLink, validatedTs } = found;
  return { ...found, tokenHash: tokenHash ?? undefined, nextLink: nextLink ?? undefined, validatedTs: validatedTs ?? undefined };
}

/** @param now expired ones are not found (ms since the epoch) */
export function* find(sid: string, now: number): Work<ValidationSession | undefined> {
  return yield* findBy('sid = ? and expires_ts > ?', sid, now);
}

/** The session that a client began before for the same address and purpose. */
export function* findSame(session: Pick<ValidationSession, 'address' | 'clientSecretHash' | 'purpose'>): Work<ValidationSession | undefined> {
  return yield* findBy('address = ? and client_secret_hash = ? and purpose = ?', session.address, session.clientSecretHash, session.purpose);
}

/** @param now expired ones are not found (ms since the epoch) */
export function* findByToken(tokenHash: string, now: number): Work<ValidationSession | undefined> {
  return yield* findBy('token_hash = ? and expires_ts > ?', tokenHash, now);
}

export function* put(session: ValidationSession): Work<void> {
  yield* execute(
    `insert into validation_sessions
       (sid, purpose, address, client_secret_hash, send_attempt, token_hash, next_link, validated_ts, expires_ts)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (sid) do update set send_attempt = excluded.send_attempt, token_hash = excluded.token_hash,
       next_link = excluded.next_link, validated_ts = excluded.validated_ts, expires_ts = excluded.expires_ts`,
    session.sid,
    session.purpose,
    session.address,
    session.clientSecretHash,
    session.sendAttempt,
    session.tokenHash ?? null,
    session.nextLink ?? null,
    session.validatedTs ?? null,
    session.expiresTs,
  );
}

/** Uses a session up, and with it all others that are for the same address and purpose. @returns false when it is not there (any more) */
export function* redeem(sid: string): Work<boolean> {
  const used = yield* row<Pick<ValidationSession, 'address' | 'purpose'>>('select address, purpose from validation_sessions where sid = ?', sid);
  if (used === undefined) return false;
  yield* execute('delete from validation_sessions where address = ? and purpose = ?', used.address, used.purpose);
  return true;
}

/** @param now milliseconds since the epoch */
export function* removeExpired(now: number): Work<void> {
  yield* execute('delete from validation_sessions where expires_ts <= ?', now);
}
