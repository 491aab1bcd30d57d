import { execute, row, type Work } from '../kernel/work.ts';

/** What a provider of identities says of a person, as far as it is of use. */
export interface SsoIdentity {
  readonly subject: string;
  /** For a new account, where the provider tells them. */
  readonly username?: string | undefined;
  readonly displayName?: string | undefined;
  /** In canonical form, and known to be theirs. */
  readonly email?: string | undefined;
}

/** Somebody on their way to a provider of identities, and back. */
export interface SsoFlow {
  readonly flowId: string;
  /** SHA-256 of the cookie of the browser in which it was begun. */
  readonly cookieHash: string;
  readonly provider: string;
  /** Where the client waits for a login token; undefined where somebody only shows that it is them. */
  readonly redirectUrl: string | undefined;
  /** The user-interactive authentication that it is for; undefined for a login. */
  readonly uiaSessionHash: string | undefined;
  /** Undefined until they came back. */
  readonly identity: SsoIdentity | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresTs: number;
}

interface FlowRow extends Omit<SsoFlow, 'redirectUrl' | 'uiaSessionHash' | 'identity'> {
  readonly redirectUrl: string | null;
  readonly uiaSessionHash: string | null;
  readonly identity: string | null;
}

/** @param now expired ones are not found (ms since the epoch) */
export function* find(flowId: string, now: number): Work<SsoFlow | undefined> {
  const found = yield* row<FlowRow>(
    `select flow_id as "flowId", cookie_hash as "cookieHash", provider, redirect_url as "redirectUrl", uia_session_hash as "uiaSessionHash",
       identity, expires_ts as "expiresTs" from sso_flows where flow_id = ? and expires_ts > ?`,
    flowId,
    now,
  );
  if (found === undefined) return undefined;
  return {
    ...found,
    redirectUrl: found.redirectUrl ?? undefined,
    uiaSessionHash: found.uiaSessionHash ?? undefined,
    identity: found.identity === null ? undefined : (JSON.parse(found.identity) as SsoIdentity),
  };
}

/** Stores a new one, and forgets those that nobody came back from in time. @param now milliseconds since the epoch */
export function* create(flow: SsoFlow, now: number): Work<void> {
  yield* execute('delete from sso_flows where expires_ts <= ?', now);
  yield* execute(
    'insert into sso_flows (flow_id, cookie_hash, provider, redirect_url, uia_session_hash, expires_ts) values (?, ?, ?, ?, ?, ?)',
    flow.flowId,
    flow.cookieHash,
    flow.provider,
    flow.redirectUrl ?? null,
    flow.uiaSessionHash ?? null,
    flow.expiresTs,
  );
}

/** Keeps who came back. @returns false when somebody did before, or the flow is over */
export function* setIdentity(flowId: string, identity: SsoIdentity): Work<boolean> {
  const set = yield* row<{ provider: string }>(
    'update sso_flows set identity = ? where flow_id = ? and identity is null returning provider',
    JSON.stringify(identity),
    flowId,
  );
  return set !== undefined;
}

/** Ends a flow. @returns false when it was over already */
export function* remove(flowId: string): Work<boolean> {
  const removed = yield* row<{ provider: string }>('delete from sso_flows where flow_id = ? returning provider', flowId);
  return removed !== undefined;
}
