import { Type as t } from '@sinclair/typebox';
import { groupBy } from '../../core/group-by.ts';
import type { DeviceId } from '../../core/identifiers.ts';
import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { toUserId } from '../../kernel/parse.ts';
import { claimKeys, type ClaimedKeys } from '../../operations/encryption/claim-keys.ts';
import { getKeyChanges } from '../../operations/encryption/get-key-changes.ts';
import { queryKeys, type KnownKeys, type QueriedKeys } from '../../operations/encryption/query-keys.ts';
import { uploadKeys } from '../../operations/encryption/upload-keys.ts';
import { anyObject } from '../schemas.ts';
import { deviceKeys, namedKeys, orNull } from './key-schemas.ts';

const failures = t.Record(t.String(), anyObject);
const byUser = t.Record(t.String(), anyObject);
const byDevice = t.Record(t.String(), anyObject);

/** https://spec.matrix.org/v1.19/client-server-api/#key-management-api */
export const KEYS = [
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/keys/upload',
    auth: 'user',
    guests: true,
    limit: 'general',
    body: t.Object({ device_keys: orNull(deviceKeys), one_time_keys: orNull(namedKeys), fallback_keys: orNull(namedKeys) }),
    reply: t.Object({ one_time_key_counts: t.Record(t.String(), t.Integer()) }),
    operation: uploadKeys,
    input: ({ body }) => ({
      deviceKeys: (body.device_keys ?? undefined) as JsonObject | undefined,
      oneTimeKeys: body.one_time_keys ?? {},
      fallbackKeys: body.fallback_keys ?? {},
    }),
    output: (counts) => ({ one_time_key_counts: counts }),
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/keys/query',
    auth: 'user',
    guests: true,
    limit: 'general',
    body: t.Object({ device_keys: t.Record(t.String(), t.Array(t.String())), timeout: t.Optional(t.Integer()) }),
    reply: t.Object({
      device_keys: t.Record(t.String(), byDevice),
      master_keys: byUser,
      self_signing_keys: byUser,
      user_signing_keys: byUser,
      failures,
    }),
    operation: queryKeys,
    input: ({ body }) => new Map(Object.entries(body.device_keys).map(([userId, devices]) => [toUserId(userId), devices])),
    output: queryReply,
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/keys/claim',
    auth: 'user',
    guests: true,
    limit: 'general',
    body: t.Object({ one_time_keys: t.Record(t.String(), t.Record(t.String(), t.String())), timeout: t.Optional(t.Integer()) }),
    reply: t.Object({ one_time_keys: t.Record(t.String(), byDevice), failures }),
    operation: claimKeys,
    input: ({ body }) =>
      Object.entries(body.one_time_keys).flatMap(([userId, devices]) =>
        Object.entries(devices).map(([deviceId, algorithm]) => ({ userId: toUserId(userId), deviceId: deviceId as DeviceId, algorithm })),
      ),
    output: claimReply,
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/keys/changes',
    auth: 'user',
    limit: 'general',
    query: t.Object({ from: t.String(), to: t.String() }),
    reply: t.Object({ changed: t.Array(t.String()), left: t.Array(t.String()) }),
    operation: getKeyChanges,
    input: ({ query }) => query,
    output: ({ changed, left }) => ({ changed: [...changed], left: [...left] }),
  }),
];

function queryReply({ users, failures }: QueriedKeys) {
  const each = (keyOf: (keys: KnownKeys) => JsonObject | undefined): Record<string, JsonObject> =>
    Object.fromEntries(
      [...users].flatMap(([userId, keys]) => {
        const key = keyOf(keys);
        return key === undefined ? [] : [[userId, key]];
      }),
    );
  return {
    device_keys: Object.fromEntries([...users].map(([userId, { devices }]) => [userId, Object.fromEntries(devices)])),
    master_keys: each(({ master }) => master),
    self_signing_keys: each(({ selfSigning }) => selfSigning),
    user_signing_keys: each(({ userSigning }) => userSigning),
    failures,
  };
}

function claimReply({ keys, failures }: ClaimedKeys) {
  const byUser = [...groupBy(keys, ({ userId }) => userId)].map(([userId, ofUser]) => {
    const byDevice = ofUser.map(({ deviceId, key }) => [deviceId, { [`${key.algorithm}:${key.id}`]: key.key }] as const);
    return [userId, Object.fromEntries(byDevice)] as const;
  });
  return { one_time_keys: Object.fromEntries(byUser), failures };
}
