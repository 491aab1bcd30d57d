import { defineModule, MatrixError, type AuthenticationResult, type ModuleApi } from 'plexus/module';
import { Config, settingsOf } from './config.ts';
import { Directory, DirectoryError, type Person } from './directory.ts';

/** Lets people in by the passwords of an LDAP directory. */
export default defineModule({
  name: 'ldap-login',
  requires: '0.1',
  permissions: { callbacks: ['registerPasswordAuthProviderCallbacks'], api: ['checkUserExists', 'registerUser'] },
  config: Config,
  setup(api, config) {
    const settings = settingsOf(config);
    const directory = new Directory(settings);
    const check = async (): Promise<void> => {
      try {
        await directory.check();
        api.log.info({ urls: settings.urls, base: settings.base }, 'the LDAP directory is there and the settings fit it');
      } catch (error) {
        api.log.error(
          { error },
          `LOGINS BY LDAP DO NOT WORK, OR CANNOT BE CHECKED: ${(error as Error).message}. See ${api.moduleName} in the configuration`,
        );
      }
    };
    void api.runAsBackgroundProcess('check of the LDAP directory', check);

    const logIn = async (attribute: 'uid' | 'mail', value: string, password: unknown): Promise<AuthenticationResult> => {
      try {
        const person = await directory.authenticate(attribute, value, typeof password === 'string' ? password : '');
        return person && (await accountOf(api, person));
      } catch (error) {
        if (error instanceof DirectoryError) api.log.error({ error }, `a login by LDAP failed, which is not for a wrong password: ${error.message}`);
        throw error;
      }
    };
    api.registerPasswordAuthProviderCallbacks({
      auth_checkers: [[['m.login.password', ['password']], (user, _type, { password }) => logIn('uid', localpartOf(user), password)]],
      ...(settings.mode === 'search' && {
        check_3pid_auth: (medium, address, password) => (medium === 'email' ? logIn('mail', address, password) : undefined),
      }),
    });
  },
});

const localpartOf = (user: string): string => (user.startsWith('@') ? user.slice(1, user.indexOf(':')) : user);

/** The account of a person, which is made when they come for the first time. */
async function accountOf(api: ModuleApi, { uid, name, mails }: Person): Promise<string> {
  const localpart = uid.toLowerCase();
  const existing = await api.checkUserExists(api.getQualifiedUserId(localpart));
  return existing ?? registered(api, localpart, name, mails);
}

/** Addresses that cannot be used keep nobody out. */
async function registered(api: ModuleApi, localpart: string, name: string | undefined, mails: readonly string[]): Promise<string> {
  try {
    return await api.registerUser(localpart, name, mails);
  } catch (error) {
    if (mails.length === 0 || !(error instanceof MatrixError) || !ADDRESS_PROBLEMS.includes(error.errcode)) throw error;
    api.log.warn({ localpart, error }, `the account ${localpart} is made without the mail addresses of the directory: ${error.message}`);
    return api.registerUser(localpart, name);
  }
}

const ADDRESS_PROBLEMS = ['M_THREEPID_IN_USE', 'M_INVALID_PARAM'];
