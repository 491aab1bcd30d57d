import { randomBytes } from 'node:crypto';
import type { DeviceId, UserId } from '../../src/core/identifiers.ts';
import { hashClientSecret } from '../../src/engine/accounts/validated-address.ts';
import type { OperationName } from '../../src/kernel/contract.ts';
import { SERVER_ITSELF } from '../../src/kernel/requester.ts';
import { registerDevice } from '../../src/operations/modules/register-device.ts';
import { runModuleWork } from '../../src/operations/modules/run-module-work.ts';
import * as thirdPartyIds from '../../src/store/third-party-ids.ts';
import * as validationSessions from '../../src/store/validation-sessions.ts';
import { expectError, TestUser, type TestServer } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { CrossSigner } from '../api/encryption-device.ts';

const V3 = '/_matrix/client/v3';
const CLIENT_SECRET = 'client-secret';

/** Somebody with a password and a mail address, by which they log in and show that it is them. */
interface Owner {
  readonly user: TestUser;
  readonly proof: Json;
}

/** Gives occasion for the callbacks of all operations around accounts and logins. */
export function accountOccasions(server: () => TestServer): Partial<Record<OperationName, () => Promise<unknown>>> {
  const post = (path: string, body: Json): Promise<Json> => server().request('POST', V3 + path, body) as Promise<Json>;
  let number = 0;

  async function owner(): Promise<Owner> {
    const name = `owner${++number}`;
    const made = await post('/register', { username: name, password: 'secret', auth: { type: 'm.login.dummy' } });
    const [userId, deviceId] = [made['user_id'] as UserId, made['device_id'] as DeviceId];
    const address = { medium: 'email', address: `${name}@example.org`, validatedTs: 0, addedTs: 0 } as const;
    await server().run(runModuleWork, SERVER_ITSELF, { work: () => thirdPartyIds.add(userId, address) });
    const identifier = { type: 'm.id.thirdparty', medium: 'email', address: address.address };
    const user = new TestUser({ url: server().url, userId, deviceId, accessToken: String(made['access_token']) });
    return { user, proof: { type: 'm.login.password', identifier, password: 'secret' } };
  }

  const administrator = (): Promise<TestUser> => server().user(`admin${++number}`, { admin: true });

  /** An address whose owner has opened the link of the mail. */
  async function confirmed(purpose: validationSessions.Purpose): Promise<{ sid: string; client_secret: string }> {
    const sid = randomBytes(8).toString('hex');
    const session = { sid, purpose, address: `${sid}@example.org`, clientSecretHash: hashClientSecret(CLIENT_SECRET), sendAttempt: 1 };
    const now = server().clock.now();
    const ended = { tokenHash: undefined, nextLink: undefined, validatedTs: now, expiresTs: now + 60_000 };
    await server().run(runModuleWork, SERVER_ITSELF, { work: () => validationSessions.put({ ...session, ...ended }) });
    return { sid, client_secret: CLIENT_SECRET };
  }

  const proving = async (method: string, path: string, body: Json = {}): Promise<Json> => {
    const { user, proof } = await owner();
    return user.request(method, path, { ...body, auth: proof });
  };

  return {
    async 'log-in'() {
      const { user, proof } = await owner();
      await post('/login', { ...proof, device_id: user.deviceId });
    },
    'log-out': async () => (await owner()).user.request('POST', `${V3}/logout`),
    'log-out-everywhere': async () => (await owner()).user.request('POST', `${V3}/logout/all`),
    'issue-login-token': () => proving('POST', '/_matrix/client/v1/login/get_token'),
    'change-password': async () => {
      const { user, proof } = await owner();
      const other = await post('/login', proof);
      await user.request('POST', `${V3}/account/password`, { new_password: 'another', logout_devices: true, auth: proof });
      await expectError(server().request('GET', `${V3}/account/whoami?access_token=${String(other['access_token'])}`), 401);
    },
    'deactivate-account': () => proving('POST', `${V3}/account/deactivate`, { erase: true }),
    'delete-devices': async () => {
      const { user, proof } = await owner();
      await user.request('POST', `${V3}/delete_devices`, { devices: [user.deviceId], auth: proof });
    },
    async 'register-device'() {
      const { userId, deviceId } = (await owner()).user;
      await server().run(registerDevice, { ...SERVER_ITSELF, origin: 'module' }, { userId, deviceId });
    },
    async 'complete-auth-stage'() {
      const { user, proof } = await owner();
      const { session } = (await expectError(user.request('POST', `${V3}/account/deactivate`, {}), 401)).body;
      const { medium, address } = proof['identifier'] as { medium: string; address: string };
      const body = new URLSearchParams({ session: String(session), medium, address, password: 'secret' });
      await fetch(`${server().url}${V3}/auth/m.login.password/fallback/web`, { method: 'POST', body });
      const registration = (await expectError(post('/register', {}), 401)).body;
      const form = new URLSearchParams({ session: String(registration['session']), email: 'page@example.org' });
      await fetch(`${server().url}${V3}/auth/m.login.email.identity/fallback/web`, { method: 'POST', body: form });
    },
    'send-renewal-mail': async () =>
      expectError((await owner()).user.request('POST', '/_matrix/client/unstable/account_validity/send_mail'), 403, 'M_FORBIDDEN'),
    'renew-account': () => fetch(`${server().url}/_matrix/client/unstable/account_validity/renew?token=x`),
    async 'set-account-validity'() {
      const admin = await administrator();
      const path = '/_synapse/admin/v1/account_validity/validity';
      await expectError(admin.request('POST', path, { user_id: admin.userId }), 404, 'M_UNRECOGNIZED');
    },
    async 'put-account'() {
      const name = `made${++number}`;
      const path = `/_synapse/admin/v2/users/${encodeURIComponent(`@${name}:localhost`)}`;
      const threepids = [{ medium: 'email', address: `${name}@example.org` }];
      const admin = await administrator();
      await admin.request('PUT', path, { password: 'secret', threepids });
      await post('/login', { type: 'm.login.password', identifier: { type: 'm.id.user', user: name }, password: 'secret' });
      await admin.request('PUT', path, { threepids: [], deactivated: true, avatar_url: 'mxc://localhost/avatar' });
    },
    async 'deactivate-user'() {
      const { userId } = (await owner()).user;
      await (await administrator()).request('POST', `/_synapse/admin/v1/deactivate/${encodeURIComponent(userId)}`, { erase: true });
    },
    async 'reset-password'() {
      const { userId } = (await owner()).user;
      await (await administrator()).request('POST', `/_synapse/admin/v1/reset_password/${encodeURIComponent(userId)}`, { new_password: 'new' });
    },
    'request-email-token': () => post('/register/email/requestToken', { email: 'new@example.org', client_secret: CLIENT_SECRET, send_attempt: 1 }),
    'add-third-party-id': async () => proving('POST', `${V3}/account/3pid/add`, await confirmed('add')),
    'associate-third-party-id': async () => proving('POST', `${V3}/account/3pid`, { three_pid_creds: await confirmed('add') }),
    async 'upload-cross-signing-keys'() {
      const { user, proof } = await owner();
      const keys = (): Json => ({ master_key: new CrossSigner(user, 'master').unsigned });
      await user.request('POST', `${V3}/keys/device_signing/upload`, keys());
      await user.request('POST', `${V3}/keys/device_signing/upload`, { ...keys(), auth: proof });
    },
  };
}
