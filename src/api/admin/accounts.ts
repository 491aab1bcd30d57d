import { Type as t, type Static } from '@sinclair/typebox';
import type { UserId } from '../../core/identifiers.ts';
import { endpoint, RawReply } from '../../kernel/endpoint.ts';
import { toUserId } from '../../kernel/parse.ts';
import { deactivateUser } from '../../operations/administration/deactivate-user.ts';
import { getAccount } from '../../operations/administration/get-account.ts';
import { getServerVersion } from '../../operations/administration/get-server-version.ts';
import { logInAsUser } from '../../operations/administration/log-in-as-user.ts';
import { putAccount } from '../../operations/administration/put-account.ts';
import { resetPassword } from '../../operations/administration/reset-password.ts';
import { setAdmin } from '../../operations/modules/set-admin.ts';
import { emptyObject, unbindResult } from '../schemas.ts';

const V1 = '/_synapse/admin/v1';
const ACCOUNT = '/_synapse/admin/v2/users/:userId';
const textOrNull = t.Union([t.String(), t.Null()]);
const userType = t.Union([t.Literal('bot'), t.Literal('support'), t.Null()]);
const medium = t.Union([t.Literal('email'), t.Literal('msisdn')]);
const externalId = t.Object({ auth_provider: t.String({ minLength: 1 }), external_id: t.String({ minLength: 1 }) });

/** In the words of Synapse's API; its times are in ms, save for `creation_ts` here. */
const accountReply = t.Object({
  name: t.String(),
  displayname: textOrNull,
  avatar_url: textOrNull,
  threepids: t.Array(t.Object({ medium, address: t.String(), added_at: t.Integer(), validated_at: t.Integer() })),
  external_ids: t.Array(externalId),
  is_guest: t.Boolean(),
  admin: t.Boolean(),
  deactivated: t.Boolean(),
  erased: t.Boolean(),
  shadow_banned: t.Boolean(),
  locked: t.Boolean(),
  suspended: t.Boolean(),
  creation_ts: t.Integer(),
  last_seen_ts: t.Union([t.Integer(), t.Null()]),
  user_type: textOrNull,
  appservice_id: t.Null(),
  consent_server_notice_sent: t.Null(),
  consent_version: t.Null(),
  consent_ts: t.Null(),
});

interface AccountDetails {
  readonly user: {
    readonly userId: UserId;
    readonly isGuest: boolean;
    readonly isAdmin: boolean;
    readonly isDeactivated: boolean;
    readonly isErased: boolean;
    readonly isShadowBanned: boolean;
    readonly isLocked: boolean;
    readonly isSuspended: boolean;
    readonly userType: string | undefined;
    readonly createdTs: number;
  };
  readonly displayName: string | undefined;
  readonly avatarUrl: string | undefined;
  readonly addresses: readonly {
    readonly medium: 'email' | 'msisdn';
    readonly address: string;
    readonly addedTs: number;
    readonly validatedTs: number;
  }[];
  readonly externalIds: readonly { readonly provider: string; readonly subject: string }[];
  readonly lastSeenTs: number | undefined;
}

const accountOf = ({ user, displayName, avatarUrl, addresses, externalIds, lastSeenTs }: AccountDetails): Static<typeof accountReply> => ({
  name: user.userId,
  displayname: displayName ?? null,
  avatar_url: avatarUrl ?? null,
  threepids: addresses.map(({ addedTs, validatedTs, ...address }) => ({ ...address, added_at: addedTs, validated_at: validatedTs })),
  external_ids: externalIds.map(({ provider, subject }) => ({ auth_provider: provider, external_id: subject })),
  is_guest: user.isGuest,
  admin: user.isAdmin,
  deactivated: user.isDeactivated,
  erased: user.isErased,
  shadow_banned: user.isShadowBanned,
  locked: user.isLocked,
  suspended: user.isSuspended,
  creation_ts: Math.floor(user.createdTs / 1000),
  last_seen_ts: lastSeenTs ?? null,
  user_type: user.userType ?? null,
  appservice_id: null,
  consent_server_notice_sent: null,
  consent_version: null,
  consent_ts: null,
});

const accountBody = t.Object({
  password: t.Optional(textOrNull),
  logout_devices: t.Optional(t.Boolean()),
  displayname: t.Optional(t.String()),
  avatar_url: t.Optional(t.String()),
  threepids: t.Optional(t.Array(t.Object({ medium, address: t.String() }))),
  external_ids: t.Optional(t.Array(externalId)),
  admin: t.Optional(t.Boolean()),
  deactivated: t.Optional(t.Boolean()),
  locked: t.Optional(t.Boolean()),
  user_type: t.Optional(userType),
});

/** Accounts, as tools for Synapse manage them: docs/admin/accounts.md */
export const ADMIN_ACCOUNTS = [
  endpoint({
    method: 'GET',
    path: `${V1}/server_version`,
    auth: 'none',
    limit: 'general',
    reply: t.Object({ server_version: t.String() }),
    operation: getServerVersion,
    input: () => undefined,
    output: (version) => ({ server_version: version }),
  }),
  endpoint({
    method: 'GET',
    path: ACCOUNT,
    auth: 'admin',
    limit: 'general',
    reply: accountReply,
    operation: getAccount,
    input: ({ params }) => toUserId(params.userId),
    output: accountOf,
  }),
  endpoint({
    method: 'PUT',
    path: ACCOUNT,
    auth: 'admin',
    limit: 'general',
    body: accountBody,
    reply: 'raw',
    operation: putAccount,
    input: ({ params, body }) => ({
      userId: toUserId(params.userId),
      password: body.password ?? undefined,
      logoutDevices: body.logout_devices ?? true,
      displayName: body.displayname,
      avatarUrl: body.avatar_url,
      addresses: body.threepids,
      externalIds: body.external_ids?.map(({ auth_provider: provider, external_id: subject }) => ({ provider, subject })),
      isAdmin: body.admin,
      isDeactivated: body.deactivated,
      isLocked: body.locked,
      userType: body.user_type,
    }),
    output: ({ details, isNew }) => new RawReply(isNew ? 201 : 200, { 'content-type': 'application/json' }, JSON.stringify(accountOf(details))),
  }),
  endpoint({
    method: 'POST',
    path: `${V1}/deactivate/:userId`,
    auth: 'admin',
    limit: 'general',
    body: t.Object({ erase: t.Optional(t.Boolean()) }),
    bodyOptional: true,
    reply: unbindResult,
    operation: deactivateUser,
    input: ({ params, body }) => ({ userId: toUserId(params.userId), erase: body.erase ?? false }),
    output: ({ unbound }) => ({ id_server_unbind_result: unbound }),
  }),
  endpoint({
    method: 'POST',
    path: `${V1}/reset_password/:userId`,
    auth: 'admin',
    limit: 'general',
    body: t.Object({ new_password: t.String(), logout_devices: t.Optional(t.Boolean()) }),
    reply: emptyObject,
    operation: resetPassword,
    input: ({ params, body }) => ({
      userId: toUserId(params.userId),
      newPassword: body.new_password,
      logoutDevices: body.logout_devices ?? true,
    }),
    output: () => ({}),
  }),
  endpoint({
    method: 'GET',
    path: `${V1}/users/:userId/admin`,
    auth: 'admin',
    limit: 'general',
    reply: t.Object({ admin: t.Boolean() }),
    operation: getAccount,
    input: ({ params }) => toUserId(params.userId),
    output: ({ user }) => ({ admin: user.isAdmin }),
  }),
  endpoint({
    method: 'PUT',
    path: `${V1}/users/:userId/admin`,
    auth: 'admin',
    limit: 'general',
    body: t.Object({ admin: t.Boolean() }),
    reply: emptyObject,
    operation: setAdmin,
    input: ({ params, body }) => ({ userId: toUserId(params.userId), isAdmin: body.admin }),
    output: () => ({}),
  }),
  endpoint({
    method: 'POST',
    path: `${V1}/users/:userId/login`,
    auth: 'admin',
    limit: 'general',
    body: t.Object({ valid_until_ms: t.Optional(t.Integer({ minimum: 0 })) }),
    bodyOptional: true,
    reply: t.Object({ access_token: t.String() }),
    operation: logInAsUser,
    input: ({ params, body }) => ({ userId: toUserId(params.userId), validUntil: body.valid_until_ms }),
    output: (token) => ({ access_token: token }),
  }),
];
