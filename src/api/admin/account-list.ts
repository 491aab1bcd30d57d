import { Type as t, type Static } from '@sinclair/typebox';
import { endpoint } from '../../kernel/endpoint.ts';
import { listAccounts, type AccountPage, type AccountQuery } from '../../operations/administration/list-accounts.ts';
import { direction } from '../schemas.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
const textOrNull = t.Union([t.String(), t.Null()]);
const orderBy = t.Union([
  t.Literal('name'),
  t.Literal('displayname'),
  t.Literal('is_guest'),
  t.Literal('admin'),
  t.Literal('deactivated'),
  t.Literal('user_type'),
  t.Literal('avatar_url'),
  t.Literal('shadow_banned'),
  t.Literal('creation_ts'),
  t.Literal('last_seen_ts'),
  t.Literal('locked'),
]);

const query = t.Object({
  from: t.Optional(t.Integer({ minimum: 0 })),
  limit: t.Optional(t.Integer({ minimum: 1 })),
  name: t.Optional(t.String()),
  user_id: t.Optional(t.String()),
  guests: t.Optional(t.Boolean()),
  admins: t.Optional(t.Boolean()),
  deactivated: t.Optional(t.Boolean()),
  locked: t.Optional(t.Boolean()),
  not_user_type: t.Optional(t.Array(t.String())),
  order_by: t.Optional(orderBy),
  dir: t.Optional(direction),
});

const listReply = t.Object({
  users: t.Array(
    t.Object({
      name: t.String(),
      displayname: textOrNull,
      avatar_url: textOrNull,
      is_guest: t.Boolean(),
      admin: t.Boolean(),
      user_type: textOrNull,
      deactivated: t.Boolean(),
      erased: t.Boolean(),
      shadow_banned: t.Boolean(),
      locked: t.Boolean(),
      creation_ts: t.Integer(),
      last_seen_ts: t.Union([t.Integer(), t.Null()]),
    }),
  ),
  total: t.Integer(),
  next_token: t.Optional(t.String()),
});

/** A name goes before a part of the id; guests are listed unless they are left out, and locked accounts only where they are asked for. */
const inputOf = (asked: Static<typeof query>, isDeactivated: boolean | undefined): AccountQuery => ({
  filter: {
    name: asked.name,
    userId: asked.name === undefined ? asked.user_id : undefined,
    isGuest: asked.guests === false ? false : undefined,
    isAdmin: asked.admins,
    isDeactivated,
    isLocked: asked.locked === true ? undefined : false,
    exceptTypes: asked.not_user_type ?? [],
  },
  order: { by: asked.order_by ?? 'name', isReversed: asked.dir === 'b' },
  from: asked.from ?? 0,
  limit: Math.min(asked.limit ?? DEFAULT_LIMIT, MAX_LIMIT),
});

const outputOf = ({ accounts, total, next }: AccountPage): Static<typeof listReply> => ({
  users: accounts.map((account) => ({
    name: account.userId,
    displayname: account.displayName ?? null,
    avatar_url: account.avatarUrl ?? null,
    is_guest: account.isGuest,
    admin: account.isAdmin,
    user_type: account.userType ?? null,
    deactivated: account.isDeactivated,
    erased: account.isErased,
    shadow_banned: account.isShadowBanned,
    locked: account.isLocked,
    creation_ts: account.createdTs,
    last_seen_ts: account.lastSeenTs ?? null,
  })),
  total,
  ...(next !== undefined && { next_token: String(next) }),
});

const LIST = { method: 'GET', auth: 'admin', limit: 'general', query, reply: listReply, operation: listAccounts, output: outputOf } as const;

/** The two differ in what `deactivated` means: which are listed as well, or which alone. */
export const ADMIN_ACCOUNT_LIST = [
  endpoint({ ...LIST, path: '/_synapse/admin/v2/users', input: (call) => inputOf(call.query, call.query.deactivated === true ? undefined : false) }),
  endpoint({ ...LIST, path: '/_synapse/admin/v3/users', input: (call) => inputOf(call.query, call.query.deactivated) }),
];
