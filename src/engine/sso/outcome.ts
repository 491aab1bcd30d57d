import type { UserId } from '../../core/identifiers.ts';
import type { Work } from '../../kernel/work.ts';
import * as ssoFlows from '../../store/sso-flows.ts';
import * as uiaSessions from '../../store/uia-sessions.ts';
import { toldOfAdded } from '../accounts/told-of-addresses.ts';
import { refused, type SsoAnswer } from './answer.ts';
import { over } from './flow.ts';
import { commitLogin, type MadeAccount, type PreparedLogin } from './login.ts';

/** What came of somebody's coming back, before it is stored. */
export interface SsoDraft {
  readonly answer: SsoAnswer;
  /** The flow that goes on, with who it is. */
  readonly keep?: { readonly flowId: string; readonly identity: ssoFlows.SsoIdentity };
  /** The flow that ends here. */
  readonly end?: string;
  readonly login?: PreparedLogin;
  /** The authentication of which a stage was completed. */
  readonly session?: uiaSessions.UiaSession;
}

export interface SsoOutcome {
  readonly answer: SsoAnswer;
  /** The account that was made. */
  readonly registered?: MadeAccount | undefined;
}

/** Stores it. A flow is good for once. */
export function* settle({ answer, keep, end, login, session }: SsoDraft): Work<SsoOutcome> {
  if (keep !== undefined && !(yield* ssoFlows.setIdentity(keep.flowId, keep.identity))) return { answer: refused(over()) };
  if (end !== undefined && !(yield* ssoFlows.remove(end))) return { answer: refused(over()) };
  if (session !== undefined) yield* uiaSessions.put(session);
  return { answer, registered: login === undefined ? undefined : yield* commitLogin(login) };
}

/** Who is told. */
export function toldOf({ registered }: SsoOutcome): ReturnType<typeof toldOfAdded> & { on_user_registration: [UserId][] } {
  if (registered === undefined) return { on_user_registration: [], on_add_user_third_party_identifier: [], on_threepid_bind: [] };
  const { userId, email } = registered;
  return { on_user_registration: [[userId]], ...toldOfAdded(userId, email === undefined ? [] : [{ medium: 'email', address: email }]) };
}
