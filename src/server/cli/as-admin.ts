import { loadConfig } from '../../config/config.ts';
import { ask, askSecretly } from './ask.ts';
import { addressOf, askServer } from './ask-server.ts';

/** How a command finds the running server and shows who asks. */
export interface AdminOptions {
  readonly config: string;
  readonly url?: string;
  readonly token?: string;
  readonly user?: string;
}

export type AdminRequest = <Reply>(method: string, path: string, body?: object) => Promise<Reply>;

/** Asks the running server with the token that is given, or in a session that ends with the command. */
export async function asAdmin(options: AdminOptions, work: (request: AdminRequest) => Promise<void>): Promise<void> {
  const base = options.url ?? addressOf(loadConfig(options.config));
  const given = options.token ?? process.env['PLEXUS_ADMIN_TOKEN'];
  const token = given ?? (await logIn(base, options.user));
  try {
    await work((method, path, body) => askServer(new URL(path, base), { method, token, body }));
  } finally {
    if (given === undefined) await askServer(new URL('/_matrix/client/v3/logout', base), { body: {}, token });
  }
}

async function logIn(base: string, name: string | undefined): Promise<string> {
  const user = name ?? (await ask('Name of an admin: '));
  const password = await askSecretly('Password: ');
  const body = { type: 'm.login.password', identifier: { type: 'm.id.user', user }, password, initial_device_display_name: 'plexus' };
  const { access_token: token } = await askServer<{ access_token: string }>(new URL('/_matrix/client/v3/login', base), { body });
  return token;
}
