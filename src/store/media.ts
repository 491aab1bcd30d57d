import type { UserId } from '../core/identifiers.ts';
import { execute, row, rows, wake, type Topic, type Work } from '../kernel/work.ts';
import * as mediaCopies from './media-copies.ts';
import type { MediaBytes } from './media-copies.ts';

/** A file's bytes, as they lie in the media folder or in a storage. */
export interface Content extends MediaBytes {
  readonly contentType: string;
}

export interface Media {
  readonly mediaId: string;
  readonly userId: UserId;
  /** Undefined while only the id is reserved. */
  readonly content: Content | undefined;
  readonly uploadName: string | undefined;
  /** Until when a reserved id may be filled, ms since the epoch. */
  readonly expiresTs: number | undefined;
}

export interface ThumbnailSize {
  readonly width: number;
  readonly height: number;
  readonly method: 'crop' | 'scale';
  readonly animated: boolean;
}

interface MediaRow {
  readonly media_id: string;
  readonly user_id: UserId;
  readonly sha256: string | null;
  readonly content_type: string | null;
  readonly upload_name: string | null;
  readonly size: number | null;
  readonly expires_ts: number | null;
}

/** Woken when a reserved id is filled. */
export const topicOf = (mediaId: string): Topic => `queue:media/${mediaId}`;

/** What a user has uploaded. */
export function* listOf(userId: UserId): Work<readonly object[]> {
  return yield* rows<object>(
    `select media_id as "mediaId", content_type as "contentType", upload_name as "uploadName", size, created_ts as "createdTs"
     from media where user_id = ? order by created_ts`,
    userId,
  );
}

export function* find(mediaId: string): Work<Media | undefined> {
  const found = yield* row<MediaRow>(
    'select media_id, user_id, sha256, content_type, upload_name, size, expires_ts from media where media_id = ?',
    mediaId,
  );
  if (found === undefined) return undefined;
  const { sha256, content_type: contentType, size } = found;
  return {
    mediaId,
    userId: found.user_id,
    content: sha256 === null ? undefined : { sha256, contentType: contentType ?? 'application/octet-stream', size: size ?? 0 },
    uploadName: found.upload_name ?? undefined,
    expiresTs: found.expires_ts ?? undefined,
  };
}

/** Reserves an id. @param now ms since the epoch */
export function* reserve(mediaId: string, userId: UserId, now: number, expiresTs: number): Work<void> {
  yield* execute('insert into media (media_id, user_id, created_ts, expires_ts) values (?, ?, ?, ?)', mediaId, userId, now, expiresTs);
}

/** How many reserved ids of a user may still be filled. @param now ms since the epoch */
export function* countPending(userId: UserId, now: number): Work<number> {
  const found = yield* row<{ count: number }>(
    'select count(*) as count from media where user_id = ? and sha256 is null and expires_ts > ?',
    userId,
    now,
  );
  return found?.count ?? 0;
}

/** Stores a file under a new id. @param now ms since the epoch */
export function* create(mediaId: string, userId: UserId, content: Content, uploadName: string | undefined, now: number): Work<void> {
  yield* execute(
    'insert into media (media_id, user_id, sha256, content_type, upload_name, size, created_ts) values (?, ?, ?, ?, ?, ?, ?)',
    mediaId,
    userId,
    content.sha256,
    content.contentType,
    uploadName ?? null,
    content.size,
    now,
  );
  yield* mediaCopies.add(content, now);
}

/**
 * How many bytes somebody has uploaded since then. The images of previews are nobody's uploads.
 * @param since ms since the epoch; what was uploaded at that very moment does not count any more
 */
export function* uploadedSince(userId: UserId, since: number): Work<number> {
  const found = yield* row<{ bytes: number | null }>(
    `select sum(size) as bytes from media
     where user_id = ? and created_ts > ?
       and not exists (select 1 from url_preview_images image where image.sha256 = media.sha256 and image.media_id = media.media_id)`,
    userId,
    since,
  );
  return found?.bytes ?? 0;
}

/** Fills a reserved id, which counts as made now (ms since the epoch). @returns false when it was filled before */
export function* fill(mediaId: string, content: Content, uploadName: string | undefined, now: number): Work<boolean> {
  const filled = yield* row<{ media_id: string }>(
    'update media set sha256 = ?, content_type = ?, upload_name = ?, size = ?, created_ts = ?, expires_ts = null where media_id = ? and sha256 is null returning media_id',
    content.sha256,
    content.contentType,
    uploadName ?? null,
    content.size,
    now,
    mediaId,
  );
  if (filled === undefined) return false;
  yield* mediaCopies.add(content, now);
  yield* wake(topicOf(mediaId));
  return true;
}

export function* findThumbnail(mediaId: string, size: ThumbnailSize): Work<Content | undefined> {
  return yield* row<Content>(
    `select sha256, content_type as "contentType", size from thumbnails
     where media_id = ? and width = ? and height = ? and method = ? and animated = ?`,
    mediaId,
    size.width,
    size.height,
    size.method,
    Number(size.animated),
  );
}

/** Keeps a thumbnail, unless there is one of this size. @param now ms since the epoch */
export function* putThumbnail(mediaId: string, size: ThumbnailSize, content: Content, now: number): Work<void> {
  const kept = yield* row<{ media_id: string }>(
    `insert into thumbnails (media_id, width, height, method, animated, content_type, size, sha256) values (?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (media_id, width, height, method, animated) do nothing returning media_id`,
    mediaId,
    size.width,
    size.height,
    size.method,
    Number(size.animated),
    content.contentType,
    content.size,
    content.sha256,
  );
  if (kept !== undefined) yield* mediaCopies.add(content, now);
}

/**
 * Deletes media with their thumbnails; bytes that nothing else refers to are deleted later, also in a storage.
 * @param now ms since the epoch
 * @returns false when there are none
 */
export function* remove(mediaId: string, now: number): Work<boolean> {
  const thumbnails = yield* rows<MediaBytes>('delete from thumbnails where media_id = ? returning sha256, size', mediaId);
  yield* execute('delete from url_preview_images where media_id = ?', mediaId);
  const removed = yield* row<{ sha256: string | null; size: number | null }>('delete from media where media_id = ? returning sha256, size', mediaId);
  if (removed === undefined) return false;
  const { sha256, size } = removed;
  for (const bytes of sha256 === null ? thumbnails : [{ sha256, size: size ?? 0 }, ...thumbnails]) {
    if (!(yield* isReferenced(bytes.sha256))) yield* mediaCopies.giveUp(bytes, now);
  }
  return true;
}

/** Whether any media or thumbnail has these bytes. */
export function* isReferenced(sha256: string): Work<boolean> {
  const found = yield* row<{ known: number }>(
    'select 1 as known where exists (select 1 from media where sha256 = ?) or exists (select 1 from thumbnails where sha256 = ?)',
    sha256,
    sha256,
  );
  return found !== undefined;
}
