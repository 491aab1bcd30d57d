import { execute, row, rows, wake, type Work } from '../kernel/work.ts';
import { MEDIA_STORAGE_TOPIC } from './media-storage.ts';

/** The bytes of a file. */
export interface MediaBytes {
  readonly sha256: string;
  /** Their number. */
  readonly size: number;
}

/** The copy of a file in the media folder. */
export interface LocalCopy extends MediaBytes {
  /** Stays the same as long as nobody needs it. */
  readonly usedTs: number;
}

/** Later than before, and not before now. */
const USED_NOW = 'used_ts = case when used_ts < ? then ? else used_ts + 1 end';

/**
 * A file is referred to, and lies in the media folder: where there is a storage, it is to be copied. Every commit that refers to a file says so.
 * @param now ms since the epoch
 */
export function* add({ sha256, size }: MediaBytes, now: number): Work<void> {
  const known = yield* row<{ storedTs: number | null }>(
    `update media_copies set stored_ts = case when is_wanted = 1 then stored_ts end, is_wanted = 1, is_local = 1, ${USED_NOW},
       failures = 0, retry_ts = 0 where sha256 = ? returning stored_ts as "storedTs"`,
    now,
    now,
    sha256,
  );
  const added =
    known ??
    (yield* row<{ storedTs: number | null }>(
      `insert into media_copies (sha256, size, is_wanted, is_local, used_ts, failures, retry_ts)
       select ?, ?, 1, 1, ?, 0, 0 where exists (select 1 from media_storage) returning stored_ts as "storedTs"`,
      sha256,
      size,
      now,
    ));
  if (added?.storedTs === null) yield* wake(MEDIA_STORAGE_TOPIC);
}

/** Nothing refers to a file any more: it is to be deleted, here and in the storage. @param now ms since the epoch */
export function* giveUp({ sha256, size }: MediaBytes, now: number): Work<void> {
  yield* execute(
    `insert into media_copies (sha256, size, is_wanted, is_local, used_ts, failures, retry_ts) values (?, ?, 0, 1, ?, 0, 0)
     on conflict (sha256) do update set is_wanted = 0, failures = 0, retry_ts = 0`,
    sha256,
    size,
    now,
  );
  yield* wake(MEDIA_STORAGE_TOPIC);
}

/** Whether the storage that is in use, or was, has a file. */
export function* isStored(sha256: string): Work<boolean> {
  return (yield* row<{ known: number }>('select 1 as known from media_copies where sha256 = ? and stored_ts is not null', sha256)) !== undefined;
}

/** The storage has a file; of one that is not wanted any more that says nothing. @param now ms since the epoch */
export function* noteStored(sha256: string, now: number): Work<void> {
  yield* execute('update media_copies set stored_ts = ?, failures = 0, retry_ts = 0 where sha256 = ? and is_wanted = 1', now, sha256);
}

/** A file that nobody wants is gone, and everywhere where nothing of it is left in a storage; one that is wanted again meanwhile stays in the queue. */
export function* noteGone(sha256: string, everywhere: boolean): Work<void> {
  const change = everywhere ? 'delete from media_copies' : 'update media_copies set is_local = 0';
  yield* execute(`${change} where sha256 = ? and is_wanted = 0`, sha256);
}

/** Files were needed, which are in the media folder. @param now ms since the epoch */
export function* noteUsed(sha256s: readonly string[], now: number): Work<void> {
  for (const sha256 of sha256s) yield* execute(`update media_copies set ${USED_NOW}, is_local = 1 where sha256 = ?`, now, now, sha256);
}

/** How many bytes the files in the media folder have together. */
export function* localBytes(): Work<number> {
  return (yield* row<{ bytes: number | null }>('select sum(size) as bytes from media_copies where is_local = 1'))?.bytes ?? 0;
}

/** Files in the media folder that the storage has, too: those first that nobody has needed for longest. @param before of these only, ms since the epoch */
export function* evictable(before: number, limit: number): Work<readonly LocalCopy[]> {
  return yield* rows<LocalCopy>(
    `select sha256, size, used_ts as "usedTs" from media_copies
     where is_local = 1 and used_ts < ? and stored_ts is not null and is_wanted = 1 order by used_ts limit ?`,
    before,
    limit,
  );
}

/** Whether the storage has a file that nobody has needed since. */
export function* isEvictable({ sha256, usedTs }: LocalCopy): Work<boolean> {
  const found = yield* row<{ known: number }>(
    'select 1 as known from media_copies where sha256 = ? and used_ts = ? and stored_ts is not null and is_wanted = 1',
    sha256,
    usedTs,
  );
  return found !== undefined;
}

/** The media folder does not have a file any more, unless somebody needed it meanwhile. */
export function* noteEvicted({ sha256, usedTs }: LocalCopy): Work<void> {
  yield* execute('update media_copies set is_local = 0 where sha256 = ? and used_ts = ?', sha256, usedTs);
}

/** The storage turned out not to have a file that it was believed to have. */
export function* noteMissing(sha256: string): Work<void> {
  yield* execute('update media_copies set stored_ts = null, retry_ts = 0 where sha256 = ?', sha256);
  yield* wake(MEDIA_STORAGE_TOPIC);
}
