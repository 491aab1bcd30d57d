import type { JsonObject } from '../../core/json.ts';
import type { CallbackName } from '../../kernel/questions.ts';
import type { ProbedCallback } from '../../modules/index.ts';
import { build } from '../build.ts';
import type { HookArgs } from '../test-server.ts';
import { ADDRESSES, events, ROOMS, states, TEXTS, UNICODE, USERS } from './odd-values.ts';

type Login = NonNullable<ProbedCallback['login']>;
/** What callbacks may be asked: what is usual, and what is odd but legal. Every callback has its line. */
type QuestionTable = { readonly [Name in CallbackName]: (logins: readonly Login[]) => readonly HookArgs<Name>[] };

const ALICE = ['@alice:localhost'];
const ROOM = ['!room:localhost'];
const EMAIL = ['email'];
const WORKS = ['purge_room', UNICODE];
const EITHER = [true, false];
const SIZES = [1, 0, 2 ** 40];
const FILES = ['hello', '', new Uint8Array(1_000).fill(0xff), 'x'.repeat(100_000)];
const THUMBNAIL = { width: 1, height: 1, method: 'crop', type: 'image/png' } as const;
const ANYTHING = ['text', '', UNICODE, null, 42, [], {}];
const ALIASES = ['#alias:localhost', '#:localhost', '#ünïcödé 😀:localhost'];
const EMAIL_THREEPID = { medium: 'email', address: 'Alice@Example.org', validatedAt: 0 } as const;
const REGISTRATIONS = [
  {},
  { username: undefined },
  { requestInfo: [] },
  { requestInfo: [[UNICODE, '::1']] as const },
  { emailThreepid: EMAIL_THREEPID },
  { authProviderId: 'oidc-x' },
];

type OneOfEach<Lists extends readonly (readonly unknown[])[]> = { [Index in keyof Lists]: Lists[Index][number] };

/** Each combination of one value of each list. */
function cross<Lists extends readonly (readonly unknown[])[]>(...lists: Lists): readonly OneOfEach<Lists>[] {
  const combinations = lists.reduce<readonly unknown[][]>((all, list) => all.flatMap((chosen) => list.map((value) => [...chosen, value])), [[]]);
  return combinations as readonly OneOfEach<Lists>[];
}

const ofUsers = (): readonly [string][] => cross(USERS);
const inRooms = (): readonly [string, string][] => [...cross(USERS, ROOM), ...cross(ALICE, ROOMS)];
const withAddresses = (): readonly [string, string, string][] => [...cross(ALICE, EMAIL, ADDRESSES), ...cross(USERS, ['msisdn'], ['441632960000'])];
const withSizes = (): readonly [string, number][] => [...cross(ALICE, SIZES), ...cross(USERS, [1])];

/** What the completed stages gave, and the request. */
const registrations = (): readonly [JsonObject, JsonObject][] => [
  [{}, { username: 'alice' }],
  [{}, {}],
  [{ 'm.login.dummy': true }, { username: UNICODE, initial_device_display_name: null }],
  [{ 'm.login.email.identity': { medium: 'email', address: 'alice@example.org', validated_at: 0 } }, { username: 42, device_id: [] }],
];

const newRooms = (): readonly JsonObject[] => [
  {},
  { name: UNICODE, topic: '', preset: 'public_chat', visibility: 'public', room_alias_name: 'room', is_direct: true },
  { invite: [], invite_3pid: [], initial_state: [], creation_content: {}, power_level_content_override: {} },
  { initial_state: [{ type: 'm.room.name', content: {} }], creation_content: { type: 'm.space' }, room_version: '1' },
];
/** Nobody has looked at a request before `on_create_room`. */
const unchecked = (): JsonObject => ({ name: null, preset: 42, invite: 'nobody', initial_state: null, creation_content: 'x', is_direct: 'yes' });

export const QUESTIONS: QuestionTable = {
  check_event_for_spam: () => cross(events()),
  user_may_join_room: () => inRooms().flatMap((pair) => EITHER.map((isInvited) => [...pair, isInvited])),
  user_may_invite: () => [...cross(ALICE, USERS, ROOMS), ...cross(USERS, ALICE, ROOM)],
  user_may_send_3pid_invite: () => cross(USERS, EMAIL, ADDRESSES, ROOM),
  user_may_create_room: () => cross(USERS, newRooms()),
  user_may_create_room_alias: () => cross(USERS, ALIASES),
  user_may_publish_room: inRooms,
  user_may_send_state_event: () =>
    events().flatMap(({ sender, roomId, type, stateKey, content }) => (stateKey === undefined ? [] : [[sender, roomId, type, stateKey, content]])),
  check_username_for_spam: () => [
    ...cross(USERS.map((userId) => build.profile(userId))),
    ...cross(TEXTS.map((displayName) => build.profile(undefined, { displayName, avatarUrl: 'mxc://localhost/x' }))),
  ],
  check_registration_for_spam: () => cross(REGISTRATIONS.map((wish) => build.registration(wish))),
  check_login_for_spam: () => [
    ...cross(USERS.map((userId) => build.login(userId))),
    [build.login(undefined, { initialDisplayName: UNICODE, requestInfo: [], authProviderId: 'oidc-x' })],
  ],
  check_media_file_for_spam: () => [
    ...cross(FILES.map(build.file), [build.fileInfo(), build.fileInfo({ mediaType: '', thumbnail: THUMBNAIL })]),
    [build.file(), { ...build.fileInfo({ serverName: 'other.example', urlCache: true }), uploader: undefined }],
  ],
  is_user_expired: ofUsers,
  on_legacy_send_mail: ofUsers,
  on_legacy_renew: () => cross(TEXTS),
  on_legacy_admin_request: () =>
    cross([{ user_id: '@alice:localhost', expiration_ts: 0, enable_renewal_emails: false }, { user_id: USERS[3] ?? '' }]),
  on_user_registration: ofUsers,
  on_user_login: () => [...cross(USERS, [undefined], [undefined]), ...cross(ALICE, ['m.login.sso'], ['oidc-x', undefined])],
  check_event_allowed: () => cross(events(), states()),
  sign_event: () => cross(events(), states()),
  on_create_room: () => [
    ...cross([build.requester()], [...newRooms(), unchecked()], [false]),
    ...cross([build.requester('@admin:localhost', { isAdmin: true, deviceId: undefined })], [...newRooms(), unchecked()], [true]),
  ],
  check_threepid_can_be_invited: () => cross(EMAIL, ADDRESSES, states()),
  check_visibility_can_be_modified: () => cross(ROOMS, states(), ['public', 'private']),
  check_can_shutdown_room: () => [...inRooms(), ...cross([undefined], ROOMS)],
  check_can_deactivate_user: () => cross(USERS, EITHER),
  on_new_event: () => cross(events(), states()),
  on_profile_update: () => [
    ...cross(USERS, [{ displayName: UNICODE, avatarUrl: '' }], EITHER, [false]),
    ...cross(ALICE, [{ displayName: undefined, avatarUrl: undefined }], EITHER, EITHER),
  ],
  on_user_deactivation_status_changed: () => cross(USERS, EITHER, EITHER),
  on_threepid_bind: withAddresses,
  on_add_user_third_party_identifier: withAddresses,
  on_remove_user_third_party_identifier: withAddresses,
  get_users_for_states: () => [
    [[]],
    [USERS.map((userId) => build.presence(userId))],
    [[build.presence(undefined, { state: 'offline', statusMsg: UNICODE, lastActiveTs: 0, currentlyActive: false })]],
  ],
  get_interested_users: ofUsers,
  auth_checkers: (logins) =>
    logins.flatMap(({ type, fields }) =>
      cross(
        [type],
        ['alice', ...USERS, '', UNICODE],
        ANYTHING.map((value) => Object.fromEntries(fields.map((field) => [field, value]))),
      ),
    ),
  check_3pid_auth: () => cross(EMAIL, ADDRESSES, TEXTS),
  get_username_for_registration: registrations,
  get_displayname_for_registration: registrations,
  is_3pid_allowed: () => [...cross(EMAIL, ADDRESSES, EITHER), ...cross(['msisdn'], ['441632960000'], EITHER)],
  on_logged_out: () => [...cross(USERS, ['DEVICE'], ['token']), ...cross(ALICE, [undefined], [undefined])],
  get_media_config_for_user: ofUsers,
  is_user_allowed_to_upload_media_of_size: withSizes,
  get_media_upload_limits_for_user: withSizes,
  on_media_upload_limit_exceeded: () => cross(USERS, [{ maxBytes: 0, timePeriodMs: 1 }], [0], SIZES),
  get_ratelimit_override_for_user: () => cross(USERS, ['send-event', 'anything']),
  add_field_to_unsigned_callback: () => cross(events()),
  on_account_data_updated: () => [
    ...cross(ALICE, [undefined], ['m.direct', 'm.push_rules', UNICODE], [{}, { '@alice:localhost': 42 }, { text: UNICODE }]),
    ...cross(USERS, ROOM, ['m.tag'], [{}]),
  ],
  // It may keep the server waiting as long as it likes.
  on_update: () => [],
  default_batch_size: () => cross(WORKS, ['main']),
  min_batch_size: () => cross(WORKS, ['main']),
  get_media_storage_id: () => [[]],
  // What is asked about files makes sense in its order only: media-storage.ts.
  has_media_file: () => [],
  store_media_file: () => [],
  fetch_media_file: () => [],
  delete_media_file: () => [],
  on_user_data_export: ofUsers,
  on_user_erase: ofUsers,
};
