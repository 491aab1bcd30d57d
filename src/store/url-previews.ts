import type { JsonObject } from '../core/json.ts';
import { execute, row, type Work } from '../kernel/work.ts';

/** @param now an expired one is not found (ms since the epoch) */
export function* find(url: string, now: number): Work<JsonObject | undefined> {
  const found = yield* row<{ preview: string }>('select preview from url_previews where url = ? and expires_ts > ?', url, now);
  return found === undefined ? undefined : (JSON.parse(found.preview) as JsonObject);
}

/** Keeps a preview, and forgets those that have expired. @param expiresTs milliseconds since the epoch */
export function* put(url: string, preview: JsonObject, now: number, expiresTs: number): Work<void> {
  yield* execute('delete from url_previews where expires_ts <= ?', now);
  yield* execute(
    `insert into url_previews (url, preview, expires_ts) values (?, ?, ?)
     on conflict (url) do update set preview = excluded.preview, expires_ts = excluded.expires_ts`,
    url,
    JSON.stringify(preview),
    expiresTs,
  );
}

/** The id of the media that has these bytes as the image of a preview. */
export function* findImage(sha256: string): Work<string | undefined> {
  return (yield* row<{ mediaId: string }>('select media_id as "mediaId" from url_preview_images where sha256 = ?', sha256))?.mediaId;
}

export function* addImage(sha256: string, mediaId: string): Work<void> {
  yield* execute('insert into url_preview_images (sha256, media_id) values (?, ?) on conflict (sha256) do nothing', sha256, mediaId);
}
