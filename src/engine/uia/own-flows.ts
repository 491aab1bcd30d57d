import type { UserId } from '../../core/identifiers.ts';
import type { Work } from '../../kernel/work.ts';
import * as externalIds from '../../store/external-ids.ts';
import * as users from '../../store/users.ts';
import type { Authentication } from '../accounts/authentication.ts';
import type { Flow } from './flow.ts';
import { SSO } from './sso-stage.ts';

const PASSWORD: Flow = ['m.login.password'];

interface Ways {
  /** The providers of identities of the configuration. */
  readonly providers: readonly string[];
  readonly authentication: Pick<Authentication, 'moduleTypes' | 'keepsPasswords'>;
}

/** How a user can show that it is them: by the password, if there is one, to a module, or at a provider of identities that knows them. */
export function* ownFlows(userId: UserId | undefined, { providers, authentication }: Ways): Work<readonly Flow[]> {
  const moduleTypes = authentication.moduleTypes();
  if (userId === undefined || (providers.length === 0 && moduleTypes.length === 0)) return [PASSWORD];
  const known = yield* externalIds.providersOf(userId);
  const others: Flow[] = moduleTypes.filter((type) => !PASSWORD.includes(type)).map((type) => [type]);
  if (known.some((provider) => providers.includes(provider))) others.push([SSO]);
  const hasPassword = authentication.keepsPasswords && (yield* users.find(userId))?.passwordHash !== undefined;
  return hasPassword || PASSWORD.some((type) => moduleTypes.includes(type)) || others.length === 0 ? [PASSWORD, ...others] : others;
}
