import { loadConfig } from '../../config/config.ts';
import { registrationMac } from '../../core/registration-mac.ts';
import { ask, askSecretly } from './ask.ts';
import { addressOf, askServer } from './ask-server.ts';
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
  const { nonce } = await askServer<{ nonce: string }>(address);
  const account = { nonce, username, password, admin: options.admin };
  const made = await askServer<{ user_id: string }>(address, { body: { ...account, mac: registrationMac(secret, account) } });
  console.log(`Made ${made.user_id}${options.admin ? ', an admin' : ''}`);
}

async function askForPassword(): Promise<string> {
  const password = await askSecretly('Password: ');
  if (password === '') throw new CommandFailed('A password must not be empty.');
  // Somebody who pipes the password in has not mistyped it.
  if (process.stdin.isTTY && (await askSecretly('The same again: ')) !== password) throw new CommandFailed('The two passwords differ.');
  return password;
}
