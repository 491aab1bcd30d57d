import { createSigningKey, generateSeed } from '../../src/core/signatures.ts';
import type { OperationName } from '../../src/kernel/contract.ts';
import type { CallbackName } from '../../src/kernel/questions.ts';
import type { MediaStorageInquiries } from '../../src/kernel/questions/media-storage.ts';
import { expectError, RequestFailed, type OutboundReplier, type TestServer, type TestUser } from '../../src/testing/index.ts';
import type { Json } from '../../src/testing/test-user.ts';
import { accountOccasions } from './account-occasions.ts';

const V3 = '/_matrix/client/v3';
const VALIDITY = '/_matrix/client/unstable/account_validity';
const ID_SERVER = 'https://id.test/_matrix/identity/v2';
/** More than anybody may upload in an hour. */
const TOO_MUCH = new Uint8Array(2 * 1_048_576);

/** Keys of the configuration under which there is occasion for everything. */
export const OCCASIONAL = {
  mail: { host: 'mail.test', from: 'noreply@localhost' },
  public_baseurl: 'https://localhost',
  media: { upload_limits: [{ period: '1h', max_size: '1MiB' }] },
  rate_limits: Object.fromEntries(
    ['message', 'login', 'registration', 'mail', 'room_admin', 'join', 'invite', 'media', 'directory', 'sync', 'general'].map((name) => [
      name,
      { per_second: 1_000, burst: 1_000_000 },
    ]),
  ),
};

/** An identity server that knows nobody, and invites whoever it is asked to. */
export const identityServer: OutboundReplier = ({ url }) => {
  const path = url.slice(ID_SERVER.length);
  const key = { public_key: createSigningKey('ed25519:0', generateSeed()).publicKey, key_validity_url: `${ID_SERVER}/pubkey/isvalid` };
  if (path === '/hash_details') return { body: { algorithms: ['sha256'], lookup_pepper: 'pepper' } };
  if (path === '/lookup') return { body: { mappings: {} } };
  if (path === '/store-invite') return { body: { token: 'token', display_name: 'a...', public_keys: [key, key] } };
  return new Error(`Nobody is at ${url}`);
};

/** People in a room, and who may do everything. */
export class World {
  readonly server: TestServer;
  readonly alice: TestUser;
  readonly bob: TestUser;
  readonly admin: TestUser;
  /** Of alice; bob is in it, and anybody may join. */
  readonly room: string;
  readonly #accounts: ReturnType<typeof accountOccasions>;
  #number = 0;

  private constructor(server: TestServer, people: { readonly alice: TestUser; readonly bob: TestUser; readonly admin: TestUser }, room: string) {
    this.server = server;
    this.alice = people.alice;
    this.bob = people.bob;
    this.admin = people.admin;
    this.room = room;
    this.#accounts = accountOccasions(() => server);
  }

  static async on(server: TestServer): Promise<World> {
    const [alice, bob, admin] = [await server.register('alice'), await server.user('bob'), await server.user('admin', { admin: true })];
    const room = await alice.createRoom({ preset: 'public_chat' });
    await bob.join(room);
    await bob.send(room, 'hello');
    await server.idle();
    return new World(server, { alice, bob, admin }, room);
  }

  /** A name that nobody has. */
  readonly name = (): string => `name${(this.#number += 1)}`;

  /** What somebody with a mail address does with their account. */
  readonly accounts = async (operation: OperationName): Promise<unknown> => this.#accounts[operation]?.();

  /** Somebody who has just registered. */
  newcomer(): Promise<TestUser> {
    return this.server.register(this.name());
  }
}

/** Does what gives occasion for a callback; whatever that needs has been done before. */
type Act = () => Promise<unknown>;

const inRoom = (room: string, rest: string): string => `${V3}/rooms/${encodeURIComponent(room)}/${rest}`;
const inviteByMail = (world: World): Act => {
  const invitation = { medium: 'email', address: `${world.name()}@example.org`, id_server: 'id.test', id_access_token: 'token' };
  return () => world.alice.request('POST', inRoom(world.room, 'invite'), invitation);
};
const publish = async ({ alice }: World): Promise<Act> => {
  const room = await alice.createRoom();
  return () => alice.publish(room);
};
const logIn = async ({ server, name }: World): Promise<Act> => {
  const user = name();
  await server.register(user);
  return () => server.login({ user, password: 'secret' });
};
const register = ({ server, name }: World): Act => {
  const user = name();
  return () => server.register(user);
};
/** A room is deleted, and with it goes what modules have a say in. */
const purge = async ({ admin, server }: World): Promise<Act> => {
  const room = await admin.createRoom();
  return async () => {
    await admin.request('DELETE', `/_synapse/admin/v1/rooms/${encodeURIComponent(room)}`, {});
    await server.idle();
  };
};
const deactivate =
  ({ accounts }: World): Act =>
  () =>
    accounts('deactivate-account');
/** What a module that failed without effect does not know, nobody does. */
const unlessUnknown = (request: Promise<unknown>, status: number): Promise<unknown> =>
  request.catch((error: unknown) => (error instanceof RequestFailed && error.status === status ? undefined : Promise.reject(error as Error)));

async function openRenewalPage({ server }: World): Promise<void> {
  const response = await server.fetch(`${VALIDITY}/renew?token=token`);
  const text = await response.text();
  if (response.status >= 500) throw new RequestFailed('GET renew', response.status, JSON.parse(text) as Json, response.headers);
}

/** Storages of media are asked in the background, again and again until they answer: media-storage.test.ts lets them fail. */
export type AskedAtOnce = Exclude<CallbackName, keyof MediaStorageInquiries>;

/** For each callback that the server asks, something that gives occasion for it. */
export const CALLBACK_OCCASIONS: Readonly<Record<AskedAtOnce, (world: World) => Act | Promise<Act>>> = {
  check_event_for_spam:
    ({ alice, room }) =>
    () =>
      alice.send(room, 'hello'),
  user_may_join_room: async (world) => {
    const newcomer = await world.newcomer();
    return () => newcomer.join(world.room);
  },
  user_may_invite: ({ alice, room, name }) => {
    const invitee = `@${name()}:localhost`;
    return () => alice.invite(room, invitee);
  },
  user_may_send_3pid_invite: inviteByMail,
  user_may_create_room:
    ({ alice }) =>
    () =>
      alice.createRoom(),
  user_may_create_room_alias: ({ alice, room, name }) => {
    const alias = `#${name()}:localhost`;
    return () => alice.setAlias(alias, room);
  },
  user_may_publish_room: publish,
  user_may_send_state_event:
    ({ alice, room, name }) =>
    () =>
      alice.setState(room, 'm.room.topic', { topic: name() }),
  check_username_for_spam:
    ({ alice }) =>
    () =>
      alice.searchUsers('bob'),
  check_registration_for_spam: register,
  check_login_for_spam: logIn,
  check_media_file_for_spam:
    ({ alice }) =>
    () =>
      alice.upload('bytes'),
  is_user_expired:
    ({ alice }) =>
    () =>
      alice.devices(),
  on_legacy_send_mail:
    ({ alice }) =>
    () =>
      unlessUnknown(alice.request('POST', `${VALIDITY}/send_mail`), 403),
  on_legacy_renew: (world) => () => openRenewalPage(world),
  on_legacy_admin_request: ({ admin }) => {
    const body = { user_id: admin.userId, expiration_ts: 0, enable_renewal_emails: false };
    return () => unlessUnknown(admin.request('POST', '/_synapse/admin/v1/account_validity/validity', body), 404);
  },
  on_user_registration: register,
  on_user_login: logIn,
  check_event_allowed:
    ({ alice, room }) =>
    () =>
      alice.send(room, 'hello'),
  sign_event:
    ({ alice, room }) =>
    () =>
      alice.send(room, 'hello'),
  on_create_room:
    ({ alice }) =>
    () =>
      alice.createRoom(),
  check_threepid_can_be_invited: inviteByMail,
  check_visibility_can_be_modified: publish,
  check_can_shutdown_room: async ({ admin }) => {
    const room = await admin.createRoom();
    return () => admin.request('DELETE', `/_synapse/admin/v1/rooms/${encodeURIComponent(room)}`, {});
  },
  check_can_deactivate_user: deactivate,
  on_new_event:
    ({ alice, room }) =>
    () =>
      alice.send(room, 'hello'),
  on_profile_update:
    ({ bob, name }) =>
    () =>
      bob.setProfile('displayname', name()),
  on_user_deactivation_status_changed: deactivate,
  on_threepid_bind:
    ({ accounts }) =>
    () =>
      accounts('add-third-party-id'),
  on_add_user_third_party_identifier:
    ({ accounts }) =>
    () =>
      accounts('add-third-party-id'),
  on_remove_user_third_party_identifier: deactivate,
  get_users_for_states:
    ({ bob, server, name }) =>
    async () => {
      await bob.setPresence('online', name());
      await server.idle();
    },
  get_interested_users:
    ({ bob }) =>
    () =>
      bob.sync(),
  auth_checkers: logIn,
  check_3pid_auth:
    ({ accounts }) =>
    () =>
      accounts('log-in'),
  get_username_for_registration: register,
  get_displayname_for_registration: register,
  is_3pid_allowed: ({ server, name }) => {
    const body = { email: `${name()}@example.org`, client_secret: 'secret', send_attempt: 1 };
    return () => server.request('POST', `${V3}/register/email/requestToken`, body);
  },
  on_logged_out: async (world) => {
    const newcomer = await world.newcomer();
    return () => newcomer.logout();
  },
  on_update: purge,
  default_batch_size: purge,
  min_batch_size: purge,
  get_media_config_for_user:
    ({ alice }) =>
    () =>
      alice.request('GET', '/_matrix/client/v1/media/config'),
  is_user_allowed_to_upload_media_of_size:
    ({ alice }) =>
    () =>
      alice.upload('bytes'),
  get_media_upload_limits_for_user:
    ({ alice }) =>
    () =>
      alice.upload('bytes'),
  on_media_upload_limit_exceeded:
    ({ bob }) =>
    () =>
      expectError(bob.upload(TOO_MUCH), 403, 'M_USER_LIMIT_EXCEEDED'),
  get_ratelimit_override_for_user:
    ({ bob }) =>
    () =>
      bob.devices(),
  add_field_to_unsigned_callback:
    ({ bob, room }) =>
    () =>
      bob.messages(room, 1),
  on_account_data_updated:
    ({ alice }) =>
    () =>
      alice.setAccountData('org.example.x', {}),
  on_user_data_export:
    ({ admin, alice }) =>
    () =>
      admin.request('GET', `/_plexus/admin/v1/users/${alice.userId}/export`),
  on_user_erase: deactivate,
};
