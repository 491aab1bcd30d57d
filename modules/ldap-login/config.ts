import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { ConfigError, Type, type Static } from 'plexus/module';

const closed = { additionalProperties: false } as const;

export const Config = Type.Object(
  {
    uri: Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
      description: 'ldap:// or ldaps://, or a list of them: each is tried where the one before it cannot be reached.',
    }),
    mode: Type.Union([Type.Literal('simple'), Type.Literal('search')], {
      default: 'simple',
      description: 'simple: the entry is <uid>=<name>,<base>. search: the entry is looked for below the base.',
    }),
    base: Type.String({ minLength: 1, description: 'The entry below which people are.' }),
    attributes: Type.Object(
      { uid: Type.String({ default: 'uid' }), mail: Type.String({ default: 'mail' }), name: Type.String({ default: 'givenName' }) },
      { ...closed, default: {}, description: 'Where the name of the account, the mail address and the display name stand.' },
    ),
    filter: Type.Optional(Type.String({ description: 'What an entry must fulfil, as in (memberOf=cn=chat,ou=groups,dc=example,dc=org).' })),
    bind_dn: Type.Optional(Type.String({ description: 'Who searches; nobody in particular without it. Needs the mode search.' })),
    bind_password: Type.Optional(Type.String()),
    bind_password_file: Type.Optional(Type.String()),
    start_tls: Type.Boolean({ default: false, description: 'Whether a connection by ldap:// becomes encrypted before anything is said.' }),
    validate_cert: Type.Boolean({ default: true, description: 'Whether the certificate of the directory has to be right.' }),
    ca_file: Type.Optional(Type.String({ description: 'Certificates (PEM) of authorities to trust for the directory.' })),
  },
  closed,
);
export type LdapConfig = Static<typeof Config>;

/** The configuration, checked as a whole. */
export interface Settings extends Pick<LdapConfig, 'mode' | 'base' | 'attributes'> {
  readonly urls: readonly string[];
  /** With parentheses. */
  readonly filter: string | undefined;
  readonly bind: { readonly dn: string; readonly password: string } | undefined;
  readonly startTls: boolean;
  readonly tls: ConnectionOptions;
}

/** @throws ConfigError */
export function settingsOf(config: LdapConfig): Settings {
  const { mode, base, attributes, filter, bind_dn: dn, start_tls: startTls } = config;
  const urls = typeof config.uri === 'string' ? [config.uri] : config.uri;
  for (const url of urls)
    if (!/^ldaps?:\/\/[^/]+\/?$/.test(url)) throw new ConfigError(`must be as in ldap://ldap.example.org:389, not ${url}`, ['uri']);
  if (startTls && urls.some((url) => url.startsWith('ldaps:')))
    throw new ConfigError('is for ldap:// only: ldaps:// is encrypted already', ['start_tls']);
  const password = passwordOf(config);
  if (mode === 'simple') {
    if (filter !== undefined) throw new ConfigError('needs mode: search', ['filter']);
    if (dn !== undefined) throw new ConfigError('needs mode: search', ['bind_dn']);
  }
  // Without a password a directory lets everybody in, as nobody.
  if (dn !== undefined && (password === undefined || password === ''))
    throw new ConfigError('needs bind_password or bind_password_file', ['bind_dn']);
  return {
    urls,
    mode,
    base,
    attributes,
    filter: filter === undefined || filter.startsWith('(') ? filter : `(${filter})`,
    bind: dn === undefined ? undefined : { dn, password: password ?? '' },
    startTls,
    tls: {
      rejectUnauthorized: config.validate_cert,
      ...(config.ca_file !== undefined && { ca: read(config.ca_file, 'ca_file') }),
    },
  };
}

function passwordOf({ bind_password: password, bind_password_file: file }: LdapConfig): string | undefined {
  if (password !== undefined && file !== undefined) throw new ConfigError('cannot stand beside bind_password', ['bind_password_file']);
  return file === undefined ? password : read(file, 'bind_password_file').trimEnd();
}

function read(file: string, key: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`cannot be read: ${(error as Error).message}`, [key]);
  }
}
