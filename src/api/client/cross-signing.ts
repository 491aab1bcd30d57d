import { Type as t } from '@sinclair/typebox';
import { groupBy } from '../../core/group-by.ts';
import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { toUserId } from '../../kernel/parse.ts';
import { uploadCrossSigningKeys } from '../../operations/encryption/upload-cross-signing-keys.ts';
import { uploadKeySignatures, type SignatureFailure } from '../../operations/encryption/upload-key-signatures.ts';
import { anyObject, emptyObject } from '../schemas.ts';
import { authData, requestAndAuth } from './auth-data.ts';

const crossSigningKey = t.Optional(t.Object({ user_id: t.String(), usage: t.Array(t.String()), keys: t.Record(t.String(), t.String()) }));

/** https://spec.matrix.org/v1.19/client-server-api/#cross-signing */
export const CROSS_SIGNING = [
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/keys/device_signing/upload',
    aliases: ['/_matrix/client/unstable/keys/device_signing/upload'],
    auth: 'user',
    limit: 'general',
    body: t.Object({ auth: authData, master_key: crossSigningKey, self_signing_key: crossSigningKey, user_signing_key: crossSigningKey }),
    reply: emptyObject,
    operation: uploadCrossSigningKeys,
    input: ({ body }) => ({
      ...requestAndAuth(body),
      keys: {
        master: body.master_key,
        self_signing: body.self_signing_key,
        user_signing: body.user_signing_key,
      },
    }),
    output: () => ({}),
  }),
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/keys/signatures/upload',
    aliases: ['/_matrix/client/unstable/keys/signatures/upload'],
    auth: 'user',
    limit: 'general',
    body: t.Record(t.String(), t.Record(t.String(), anyObject)),
    reply: t.Object({ failures: t.Record(t.String(), t.Record(t.String(), anyObject)) }),
    operation: uploadKeySignatures,
    input: ({ body }) =>
      Object.entries(body).flatMap(([user, keys]) => {
        const userId = toUserId(user);
        return Object.entries(keys).map(([keyId, key]) => ({ userId, keyId, key: key as JsonObject }));
      }),
    output: (failures) => ({ failures: failuresByUser(failures) }),
  }),
];

function failuresByUser(failures: readonly SignatureFailure[]): Record<string, Record<string, JsonObject>> {
  const byUser = groupBy(failures, ({ userId }) => userId);
  return Object.fromEntries(
    [...byUser].map(([userId, ofUser]) => [userId, Object.fromEntries(ofUser.map(({ keyId, error }) => [keyId, error.body()]))]),
  );
}
