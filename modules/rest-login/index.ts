import { ConfigError, defineModule, MatrixError, Type, type ModuleApi, type Static } from 'plexus/module';
import { readReply, type Known } from './reply.ts';

const closed = { additionalProperties: false } as const;
const PATH = '/_matrix-internal/identity/v1/check_credentials';

const Config = Type.Object(
  {
    endpoint: Type.String({ description: `Where the other server is reached; ${PATH} is added to it.` }),
    policy: Type.Object(
      {
        registration: Type.Object(
          {
            username: Type.Object({ enforceLowercase: Type.Boolean({ default: true }) }, { ...closed, default: {} }),
            profile: Type.Object({ name: Type.Boolean({ default: true }) }, { ...closed, default: {} }),
          },
          {
            ...closed,
            default: {},
            description: 'At the first login: whether names with capitals are refused, and whether the display name is taken over.',
          },
        ),
        login: Type.Object(
          { profile: Type.Object({ name: Type.Boolean({ default: false }) }, { ...closed, default: {} }) },
          { ...closed, default: {}, description: 'Whether the display name is taken over at each login.' },
        ),
      },
      { ...closed, default: {} },
    ),
  },
  closed,
);
type RestConfig = Static<typeof Config>;

/** Asks another server whether a password is right. */
export default defineModule({
  name: 'rest-login',
  requires: '0.1',
  permissions: {
    callbacks: ['registerPasswordAuthProviderCallbacks'],
    api: ['checkUserExists', 'registerUser', 'setDisplayname', 'getProfileForUser'],
    network: ['*'],
  },
  config: Config,
  setup(api, config) {
    const url = addressOf(config.endpoint);
    api.registerPasswordAuthProviderCallbacks({
      auth_checkers: [
        [
          ['m.login.password', ['password']],
          async (user, _type, { password }) => {
            const asked = api.getQualifiedUserId(user);
            const reply = await api.httpClient.postJsonGetJson(url, { user: { id: asked, password: password ?? '' } });
            const known = readReply(reply, asked);
            return known === undefined ? undefined : accountOf(api, config, known);
          },
        ],
      ],
    });
  },
});

/** The account of somebody whom the other server knows, which is made when they come for the first time. */
async function accountOf(api: ModuleApi, { policy }: RestConfig, { userId, displayName, emails }: Known): Promise<string> {
  if (!api.isMine(userId)) throw new Error(`the other server says that this is ${userId}, who is no user of this server`);
  const existing = await api.checkUserExists(userId);
  if (existing === undefined) {
    const localpart = userId.slice(1, userId.indexOf(':'));
    if (policy.registration.username.enforceLowercase && localpart !== localpart.toLowerCase()) {
      throw new MatrixError(
        403,
        'M_FORBIDDEN',
        `${localpart} has capitals, so that no account is made (policy.registration.username.enforceLowercase)`,
      );
    }
    return api.registerUser(localpart, policy.registration.profile.name ? displayName : undefined, emails);
  }
  const isOld = displayName !== undefined && policy.login.profile.name && (await api.getProfileForUser(existing)).displayName !== displayName;
  if (isOld) await api.setDisplayname(existing, displayName);
  return existing;
}

function addressOf(endpoint: string): string {
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol)) {
    throw new ConfigError('must be an address that begins with http:// or https://', ['endpoint']);
  }
  return endpoint.replace(/\/+$/, '') + PATH;
}
