import { Type as t } from '@sinclair/typebox';
import type { JsonObject } from '../../core/json.ts';
import { endpoint } from '../../kernel/endpoint.ts';
import { createKeyBackup } from '../../operations/encryption/create-key-backup.ts';
import { deleteKeyBackup } from '../../operations/encryption/delete-key-backup.ts';
import { getKeyBackup, type KeyBackupInfo } from '../../operations/encryption/get-key-backup.ts';
import { updateKeyBackup } from '../../operations/encryption/update-key-backup.ts';
import { anyObject, emptyObject } from '../schemas.ts';

const backupReply = t.Object({ algorithm: t.String(), auth_data: anyObject, count: t.Integer(), etag: t.String(), version: t.String() });

const infoOf = ({ algorithm, authData, count, etag, version }: KeyBackupInfo) => ({
  algorithm,
  auth_data: authData,
  count,
  etag: String(etag),
  version: String(version),
});

/** The versions of a key backup: https://spec.matrix.org/v1.19/client-server-api/#server-side-key-backups */
export const KEY_BACKUP = [
  endpoint({
    method: 'POST',
    path: '/_matrix/client/v3/room_keys/version',
    auth: 'user',
    limit: 'general',
    body: t.Object({ algorithm: t.String(), auth_data: anyObject }),
    reply: t.Object({ version: t.String() }),
    operation: createKeyBackup,
    input: ({ body }) => ({ algorithm: body.algorithm, authData: body.auth_data as JsonObject }),
    output: (version) => ({ version: String(version) }),
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/room_keys/version',
    auth: 'user',
    limit: 'general',
    reply: backupReply,
    operation: getKeyBackup,
    input: () => undefined,
    output: infoOf,
  }),
  endpoint({
    method: 'GET',
    path: '/_matrix/client/v3/room_keys/version/:version',
    auth: 'user',
    limit: 'general',
    reply: backupReply,
    operation: getKeyBackup,
    input: ({ params }) => params.version,
    output: infoOf,
  }),
  endpoint({
    method: 'PUT',
    path: '/_matrix/client/v3/room_keys/version/:version',
    auth: 'user',
    limit: 'general',
    body: t.Object({ algorithm: t.String(), auth_data: anyObject, version: t.Optional(t.String()) }),
    reply: emptyObject,
    operation: updateKeyBackup,
    input: ({ params, body }) => ({
      version: params.version,
      claimedVersion: body.version,
      algorithm: body.algorithm,
      authData: body.auth_data as JsonObject,
    }),
    output: () => ({}),
  }),
  endpoint({
    method: 'DELETE',
    path: '/_matrix/client/v3/room_keys/version/:version',
    auth: 'user',
    limit: 'general',
    reply: emptyObject,
    operation: deleteKeyBackup,
    input: ({ params }) => params.version,
    output: () => ({}),
  }),
];
