import type { RateLimitClass } from '../../config/config.ts';
import { isUserId, localpartOf, serverOf, userIdOf, type ServerName, type UserId } from '../../core/identifiers.ts';
import { stringAt, type JsonObject } from '../../core/json.ts';
import type { Reader } from '../../kernel/database.ts';
import { forbidden, MatrixError, missingParam } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { AskOf } from '../../kernel/operation.ts';
import type { AuthenticatedByModule } from '../../kernel/question-values.ts';
import * as users from '../../store/users.ts';
import type { User } from '../../store/users.ts';
import type { Passwords } from '../passwords.ts';
import type { RateLimits } from '../rate-limits.ts';
import { claimOf, type Claim } from './claim.ts';

export const PASSWORD = 'm.login.password';

export type AskWho = AskOf<'check_3pid_auth' | 'auth_checkers'>;

/** Somebody has shown who they are. */
export interface Authenticated {
  readonly user: User;
  /** By what a module knows them; undefined where it was the server's own password. */
  readonly moduleType: string | undefined;
  readonly afterLogin: AuthenticatedByModule['afterLogin'];
}

interface AuthenticationServices {
  readonly reader: Reader;
  readonly serverName: ServerName;
  readonly passwords: Passwords;
  readonly limits: RateLimits<RateLimitClass>;
  readonly log: Log;
  /** Whether the server's own passwords open accounts. */
  readonly keepsPasswords: boolean;
  /** What modules take, with the fields that they want of the request. */
  loginTypes(): ReadonlyMap<string, readonly string[]>;
}

/** Finds out who somebody is who logs in, or who has to show it once more: by the modules first, then by the server's own passwords. */
export class Authentication {
  readonly #services: AuthenticationServices;

  constructor(services: AuthenticationServices) {
    this.#services = services;
  }

  get keepsPasswords(): boolean {
    return this.#services.keepsPasswords;
  }

  /** Those that modules take. */
  moduleTypes(): readonly string[] {
    return [...this.#services.loginTypes().keys()];
  }

  /** The login types by which it can be shown, the password first. */
  types(): readonly string[] {
    const taken = this.moduleTypes();
    return this.keepsPasswords || taken.includes(PASSWORD) ? [PASSWORD, ...taken.filter((type) => type !== PASSWORD)] : taken;
  }

  /**
   * Asks the modules, then looks at the password.
   * @param credentials what the login type needs, and who it is said to be
   * @param self who has to show that it is them; they may leave out who they are
   * @throws M_FORBIDDEN, M_USER_DEACTIVATED, M_LIMIT_EXCEEDED, M_MISSING_PARAM, M_UNKNOWN for a type that is not offered or fields that are missing
   */
  async prove(type: string, credentials: JsonObject, ask: AskWho, self?: UserId): Promise<Authenticated> {
    const fields = this.#fieldsOf(type, credentials);
    const { reader, serverName, limits } = this.#services;
    const claim = await reader.read(() => claimOf(credentials, serverName, self));
    // Whoever has stolen an access token must not be able to try passwords without end either.
    for (const claimed of new Set(self === undefined ? [claim.key] : [claim.key, self])) limits.require('login', claimed);
    const known = await this.#byModules(type, claim, fields, ask);
    const user = await (known === undefined ? this.#byPassword(type, claim, fields) : this.#accountOf(known));
    if (user === undefined) throw self === undefined ? wrongLogin() : wrongPassword();
    return { user, moduleType: known && type, afterLogin: known?.afterLogin };
  }

  /** @throws M_MISSING_PARAM, M_UNKNOWN */
  #fieldsOf(type: string, credentials: JsonObject): JsonObject {
    if (!this.types().includes(type)) throw unknownType(type);
    if (type === PASSWORD && stringAt(credentials, 'password') === undefined) throw missingParam('A password is needed');
    const wanted = new Set([...(this.#services.loginTypes().get(type) ?? []), ...(type === PASSWORD ? ['password'] : [])]);
    const missing = [...wanted].filter((field) => credentials[field] === undefined);
    if (missing.length > 0) throw new MatrixError(400, 'M_UNKNOWN', `Missing parameters for login type ${type}: ${missing.join(', ')}`);
    return Object.fromEntries(Object.entries(credentials).filter(([field]) => wanted.has(field)));
  }

  async #byModules(type: string, claim: Claim, fields: JsonObject, ask: AskWho): Promise<AuthenticatedByModule | undefined> {
    const { thirdParty, named } = claim;
    const password = stringAt(fields, 'password');
    if (thirdParty !== undefined && type === PASSWORD && password !== undefined) {
      const known = await ask('check_3pid_auth', thirdParty.medium, thirdParty.address, password);
      if (known !== undefined) return known;
    }
    return named === undefined ? undefined : ask('auth_checkers', type, named, fields);
  }

  /** The account that a module has named. It is for the module to make it, so a missing one is its mistake. */
  async #accountOf({ userId: named }: AuthenticatedByModule): Promise<User | undefined> {
    const { reader, serverName, log } = this.#services;
    const userId = named.startsWith('@') ? named : userIdOf(named, serverName);
    const isHere = isUserId(userId) && serverOf(userId) === serverName;
    const user = isHere ? await reader.read(() => users.find(userIdOf(localpartOf(userId).toLowerCase(), serverName))) : undefined;
    if (user === undefined) log.error({ named }, 'a module has let somebody in who has no account here; it has to register them first');
    return user && checkedOpen(user);
  }

  async #byPassword(type: string, { userId }: Claim, fields: JsonObject): Promise<User | undefined> {
    if (type !== PASSWORD || !this.keepsPasswords) return undefined;
    const { reader, passwords } = this.#services;
    const user = userId === undefined ? undefined : await reader.read(() => users.find(userId));
    const isRight = await passwords.verify(user?.passwordHash, stringAt(fields, 'password') ?? '');
    if (user !== undefined) checkedOpen(user);
    return isRight ? user : undefined;
  }
}

function checkedOpen(user: User): User {
  if (user.isDeactivated) throw new MatrixError(403, 'M_USER_DEACTIVATED', 'This account has been deactivated');
  return user;
}

export const unknownType = (type: string): MatrixError =>
  new MatrixError(
    400,
    'M_UNKNOWN',
    type === PASSWORD ? 'This server does not take passwords: log in another way' : `This server does not know the login type ${type}`,
  );

const wrongLogin = (): MatrixError => forbidden('The user name or the password is wrong');
/** What somebody is told who is logged in. */
const wrongPassword = (): MatrixError => forbidden('The password is wrong');
