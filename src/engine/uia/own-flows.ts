import type { UserId } from '../../core/identifiers.ts';
import type { Work } from '../../kernel/work.ts';
import * as externalIds from '../../store/external-ids.ts';
import * as users from '../../store/users.ts';
import type { Flow } from './flow.ts';
import { SSO } from './sso-stage.ts';

const PASSWORD: Flow = ['m.login.password'];

/**
 * How a user can show that it is them: by the password, if there is one, or at a provider of identities that knows them.
 * @param providers those of the configuration
 */
export function* ownFlows(userId: UserId | undefined, providers: readonly string[]): Work<readonly Flow[]> {
  if (userId === undefined || providers.length === 0) return [PASSWORD];
  const known = yield* externalIds.providersOf(userId);
  if (!known.some((provider) => providers.includes(provider))) return [PASSWORD];
  const hasPassword = (yield* users.find(userId))?.passwordHash !== undefined;
  return hasPassword ? [PASSWORD, [SSO]] : [[SSO]];
}
