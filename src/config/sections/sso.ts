import { parseClaimsTemplate, type ClaimsTemplate } from '../../core/claims-template.ts';
import type { Kind, Options } from '../kind.ts';
import { list, mapping, optional, section } from '../mappings.ts';
import { choice, duration, flag, mediaAddress, text, value } from '../values.ts';

const template = (options: Options<string>): Kind<ClaimsTemplate> =>
  value(
    'a text with claims in braces, as in {preferred_username} or {email|before_at}',
    (written) => (typeof written === 'string' ? parseClaimsTemplate(written) : undefined),
    options,
  );

const mapped = section(
  {
    subject: text({
      default: 'sub',
      description: 'The claim by which a person is known again. It must never change, and never be given to somebody else.',
    }),
    username: template({
      default: '{preferred_username}',
      description: 'The name of a new account. Characters that a user name cannot have are written as =xx.',
    }),
    name_clash: choice(['number', 'refuse', 'existing'], {
      default: 'number',
      description:
        'What happens at a first login when there is an account of that name: the new one gets a number (number), nobody is let in (refuse), or the person gets the account that is there (existing). The last only where nobody can choose their own name at the provider.',
    }),
    display_name: optional(template({ description: 'The display name of a new account.', example: '{name}' })),
    email: optional(
      template({ description: 'A mail address for a new account, if the provider says that it is confirmed (email_verified).', example: '{email}' }),
    ),
    trust_email: flag({ default: false, description: 'Whether all mail addresses of this provider are taken for confirmed.' }),
  },
  { description: 'How what the provider tells of a person becomes an account.' },
);

/** https://spec.matrix.org/v1.19/appendices/#opaque-identifiers */
const opaque = (options: Options<string>): Kind<string> =>
  value(
    'up to 255 letters, digits and characters of - . _ ~',
    (written) => (typeof written === 'string' && /^[\w.~-]{1,255}$/.test(written) ? written : undefined),
    options,
  );

const issuer = (options: Options<string>): Kind<string> =>
  value(
    'an https address without query, as in https://id.example.org/realms/main (http only on this machine: 127.0.0.1, [::1] or localhost)',
    (written) => (typeof written === 'string' && isIssuer(written) ? written : undefined),
    options,
  );

function isIssuer(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, search, hash, username } = new URL(address);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname));
  return isSafe && search + hash + username === '';
}

const provider = mapping(
  {
    id: opaque({
      description:
        'What this provider is called in addresses and in the database. Accounts are bound to it: do not change it once somebody has logged in.',
      example: 'company',
    }),
    name: text({ description: 'What people see on the button.', example: 'Example Company' }),
    brand: optional(text({ description: 'A well-known kind of provider, for the look of the button: google, github, gitlab, …', example: 'gitlab' })),
    icon: optional(mediaAddress({ description: 'A picture for the button.', example: 'mxc://example.org/abc123' })),
    issuer: issuer({ description: 'The address of the provider, exactly as it calls itself.', example: 'https://id.example.org/realms/main' }),
    client_id: text({ description: 'What the provider calls this server.', example: 'matrix' }),
    client_secret: optional(text({ description: 'What this server proves it with.', example: 'change me' })),
    client_authentication: choice(['basic', 'post'], {
      default: 'basic',
      description: 'How the secret is sent: in a header (client_secret_basic) or in the body (client_secret_post).',
    }),
    scopes: list(text(), { default: ['openid', 'profile', 'email'], description: 'What the provider is asked for.' }),
    userinfo: flag({
      default: true,
      description: 'Whether the provider is also asked for the claims that are not in its ID tokens, where it has an address for that.',
    }),
    clock_tolerance: duration({ default: '30s', description: 'By how much the clocks of provider and server may differ.' }),
    registration: flag({
      default: true,
      description: 'Whether people without an account get one at their first login. It does not depend on registration.mode.',
    }),
    mapping: mapped,
  },
  {},
);

const checked: typeof provider = {
  ...provider,
  read(written, path, reading) {
    const read = provider.read(written, path, reading);
    if (read?.scopes?.includes('openid') === false) reading.refuse([...path, 'scopes'], 'must have openid');
    return read;
  },
};

const providers = list(checked, {
  description: 'The providers, in the order in which people are shown them.',
});

const differing: typeof providers = {
  ...providers,
  read(written, path, reading) {
    const read = providers.read(written, path, reading);
    if (read?.length === 0) reading.refuse(path, 'must have at least one provider');
    const ids = read?.map((one) => one?.id) ?? [];
    for (const [index, id] of ids.entries())
      if (id !== undefined && ids.indexOf(id) < index) reading.refuse([...path, index, 'id'], `is the id of another provider, too: ${id}`);
    return read;
  },
};

/** A web origin, or the scheme of an application's own links. */
const clientAddress = (): Kind<string> =>
  value(
    'where a client is, as in https://app.example.org or, for an application with links of its own, org.example.app:',
    (written) => (typeof written === 'string' ? clientOf(written) : undefined),
    {},
  );

function clientOf(written: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:$/.test(written)) return ['http:', 'https:', 'javascript:', 'data:'].includes(written) ? undefined : written;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  return isWeb && url.pathname + url.search + url.hash + url.username === '/' ? url.origin : undefined;
}

export const sso = optional(
  mapping(
    {
      oidc_providers: differing,
      trusted_clients: list(clientAddress(), {
        default: [],
        description:
          'Clients to which people are sent on without being asked. To go on to any other they have to press a button, as whoever gets there can use the account.',
        example: ['https://app.example.org'],
      }),
      login_token_lifetime: duration({
        default: '30s',
        description: 'How long a client may take to start and to log in, once somebody was sent back to it.',
      }),
    },
    {
      description:
        'Single sign-on: people log in by an account that they have elsewhere (OpenID Connect). Needs public_baseurl. docs/admin/single-sign-on.md tells how to set it up.',
    },
  ),
);
