import { registrationMac } from '../../src/core/registration-mac.ts';
import type { TestServer } from '../../src/testing/index.ts';

const PATH = '/_synapse/admin/v1/register';

/** Makes a server admin who can log in with a password, by the secret of the test kit. @returns the access token of a first session */
export async function adminWithPassword(server: TestServer, username: string, password: string, secret = 'for tests only'): Promise<string> {
  const { nonce } = (await server.request('GET', PATH)) as { nonce: string };
  const account = { nonce, username, password, admin: true };
  const { access_token: token } = (await server.request('POST', PATH, { ...account, mac: registrationMac(secret, account) })) as {
    access_token: string;
  };
  return token;
}
