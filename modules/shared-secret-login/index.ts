import { createHmac, timingSafeEqual } from 'node:crypto';
import { ConfigError, defineModule, Type, type AuthChecker, type JsonValue } from 'plexus/module';

const TYPE = 'com.devture.shared_secret_auth';

const Config = Type.Object(
  {
    shared_secret: Type.String({ minLength: 16, description: 'What whoever may log in as anybody knows; long and random.' }),
    com_devture_shared_secret_auth_support_enabled: Type.Boolean({ default: true, description: `Whether ${TYPE} is taken.` }),
    m_login_password_support_enabled: Type.Boolean({
      default: false,
      description: 'Whether m.login.password is taken, for programs that know no other.',
    }),
  },
  { additionalProperties: false },
);

/** Lets programs log in as any user of this server: bridges that act for people, tools of administrators. */
export default defineModule({
  name: 'shared-secret-login',
  requires: '0.1',
  permissions: { callbacks: ['registerPasswordAuthProviderCallbacks'], api: ['checkUserExists'] },
  config: Config,
  setup(api, config) {
    const { com_devture_shared_secret_auth_support_enabled: own, m_login_password_support_enabled: password } = config;
    if (!own && !password) throw new ConfigError('one of the two login types has to be enabled', []);

    /** The token of a user: HMAC-SHA512 of the whole user id, in hexadecimal. */
    const isTokenOf = (userId: string, token: JsonValue | undefined): boolean => {
      const right = Buffer.from(createHmac('sha512', config.shared_secret).update(userId).digest('hex'));
      const given = Buffer.from(typeof token === 'string' ? token : '');
      return given.length === right.length && timingSafeEqual(given, right);
    };
    const checkerOf =
      (field: string): AuthChecker =>
      async (user, _type, fields) => {
        const userId = api.getQualifiedUserId(user);
        return isTokenOf(userId, fields[field]) ? await api.checkUserExists(userId) : undefined;
      };
    api.registerPasswordAuthProviderCallbacks({
      auth_checkers: [
        ...(own ? [[[TYPE, ['token']], checkerOf('token')] as const] : []),
        ...(password ? [[['m.login.password', ['password']], checkerOf('password')] as const] : []),
      ],
    });
  },
});
