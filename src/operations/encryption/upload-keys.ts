import { checkedKeys, publishKeys, type KeysUpload } from '../../engine/encryption/published-keys.ts';
import { invalidParam } from '../../kernel/errors.ts';
import type { Work } from '../../kernel/work.ts';
import { defineOperation } from '../define.ts';

/**
 * Publishes the keys of the requester's device: https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysupload
 * @returns how many one-time keys of each algorithm are left
 */
export const uploadKeys = defineOperation({
  name: 'upload-keys',
  prepare(context, { userId, deviceId }, input: KeysUpload) {
    if (deviceId === undefined) throw invalidParam('Keys are those of a device: log in with one to upload keys');
    return { userId, deviceId, keys: checkedKeys(input, userId, deviceId), now: context.clock.now() };
  },
  *commit({ userId, deviceId, keys, now }): Work<Readonly<Record<string, number>>> {
    return yield* publishKeys(userId, deviceId, keys, now);
  },
});
