import { loadConfig, type Config } from '../../config/config.ts';
import { registrationMac } from '../../core/registration-mac.ts';
import { ask, askSecretly } from './ask.ts';
import { CommandFailed } from './command-failed.ts';

export interface RegisterUserOptions {
  readonly config: string;
  readonly user?: string;
  readonly password?: string;
  readonly admin: boolean;
  readonly url?: string;
}

const PATH = '/_synapse/admin/v1/register';

/**
 * Makes an account on the running server.
 * @throws CommandFailed when the server is not there or refuses, ConfigurationError
 */
export async function registerUser(options: RegisterUserOptions): Promise<void> {
  const config = loadConfig(options.config);
  const secret = config.registration.shared_secret;
  if (secret === undefined) {
    throw new CommandFailed(`${options.config} has no registration.shared_secret: set one (a long random text), restart the server and try again.`);
  }
  const address = new URL(PATH, options.url ?? addressOf(config));
  const username = options.user ?? (await ask('Name of the new user: '));
  const password = options.password ?? (await askForPassword());
  const { nonce } = await request<{ nonce: string }>(address);
  const account = { nonce, username, password, admin: options.admin };
  const made = await request<{ user_id: string }>(address, { ...account, mac: registrationMac(secret, account) });
  console.log(`Made ${made.user_id}${options.admin ? ', an admin' : ''}`);
}

async function askForPassword(): Promise<string> {
  const password = await askSecretly('Password: ');
  if (password === '') throw new CommandFailed('A password must not be empty.');
  // Somebody who pipes the password in has not mistyped it.
  if (process.stdin.isTTY && (await askSecretly('The same again: ')) !== password) throw new CommandFailed('The two passwords differ.');
  return password;
}

/** Where the first listener is; with TLS its name must be that of the certificate. */
function addressOf({ listeners, public_baseurl }: Config): string {
  const [listener] = listeners;
  if (listener === undefined) throw new CommandFailed('The configuration has no listener: say with --url where the server is.');
  if (listener.tls !== undefined && public_baseurl !== undefined) return public_baseurl;
  const [address = '127.0.0.1'] = listener.bind_addresses;
  const host = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[address] ?? (address.includes(':') ? `[${address}]` : address);
  return `${listener.tls === undefined ? 'http' : 'https'}://${host}:${listener.port}`;
}

/** GET, or POST when there is a body. */
async function request<Reply>(address: URL, body?: object): Promise<Reply> {
  const options = body === undefined ? {} : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(address, options).catch((error: Error) => {
    throw new CommandFailed(`No answer from ${address.origin} (${describe(error)}): is the server running? --url says where it is.`);
  });
  const reply = (await response.json().catch(() => ({}))) as { errcode?: string; error?: string };
  if (!response.ok) throw new CommandFailed(`The server refused: ${reply.error ?? response.statusText} (${response.status} ${reply.errcode ?? ''})`);
  return reply as Reply;
}

const describe = (error: Error): string => (error.cause instanceof Error ? error.cause.message : error.message);
