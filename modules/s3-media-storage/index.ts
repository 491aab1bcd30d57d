import { createHash } from 'node:crypto';
import { defineModule } from 'plexus/module';
import { Bucket } from './bucket.ts';
import { Config, settingsOf } from './config.ts';
import { StorageError } from './storage-error.ts';

/** Keeps media in a bucket of an S3-compatible storage. */
export default defineModule({
  name: 's3-media-storage',
  requires: '0.1',
  permissions: { callbacks: ['registerMediaStorageCallbacks'], network: ['*'] },
  config: Config,
  setup(api, config) {
    const bucket = new Bucket(settingsOf(config), api);
    api.onDispose(() => bucket.close());
    api.registerMediaStorageCallbacks({
      get_media_storage_id: () => bucket.place,
      has_media_file: (name) => bucket.has(name),
      async store_media_file(name, file) {
        await bucket.put(name, file);
        return true;
      },
      fetch_media_file: ({ key }, write) => bucket.get(key, write),
      async delete_media_file({ key }) {
        await bucket.delete(key);
        return true;
      },
    });
    void api.runAsBackgroundProcess('check of the bucket', async () => {
      try {
        await check(bucket);
        api.log.info({ bucket: bucket.place }, 'the bucket for media is there, and files can be stored, read and deleted in it');
      } catch (error) {
        api.log.error(
          { error, bucket: bucket.place },
          `MEDIA CANNOT BE KEPT IN THE BUCKET, OR IT CANNOT BE CHECKED (see ${api.moduleName} in the configuration): ${(error as Error).message}`,
        );
      }
    });
  },
});

const PROBE = Buffer.from('Plexus stores this to see whether it can, and deletes it again.\n');

/** Does once what will have to be done. @throws StorageError */
async function check(bucket: Bucket): Promise<void> {
  const probe = { key: 'plexus-check', sha256: createHash('sha256').update(PROBE).digest('hex'), size: PROBE.length };
  // First of all, as the reply to GET says what is wrong, which that to HEAD cannot.
  await bucket.get('plexus-check-that-is-not-there', () => Promise.resolve());
  await bucket.put(probe, {
    async *stream() {
      yield PROBE;
    },
  });
  if (!(await bucket.has(probe))) throw new StorageError('what was stored is not there as it was stored: size or x-amz-meta-sha256 differ');
  const pieces: Uint8Array[] = [];
  await bucket.get(probe.key, async (piece) => void pieces.push(piece));
  if (!Buffer.concat(pieces).equals(PROBE)) throw new StorageError('what was stored comes back as something else');
  await bucket.delete(probe.key);
}
