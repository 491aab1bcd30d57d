import { execute, row, rows, type Topic, type Work } from '../kernel/work.ts';

/** Woken when there is something to copy or to delete. */
export const MEDIA_STORAGE_TOPIC = 'queue:media-storage' satisfies Topic;

/** A storage that is in use. */
export interface MediaStorage {
  readonly id: string;
  /** Whether all files that were there before have been put into the queue. */
  readonly hasAll: boolean;
}

/** The storage in which files are kept besides the media folder; undefined where there is none. */
export function* current(): Work<MediaStorage | undefined> {
  const found = yield* row<{ id: string; takenUpTo: string | null }>('select id, taken_up_to as "takenUpTo" from media_storage');
  return found === undefined ? undefined : { id: found.id, hasAll: found.takenUpTo === null };
}

/** From now on files are kept in another storage, or in none: all of them will be looked at. */
export function* use(id: string | undefined): Work<void> {
  yield* execute('delete from media_storage');
  if (id !== undefined) yield* execute("insert into media_storage (id, taken_up_to) values (?, '')", id);
}

/** All files will be looked at once more. */
export function* lookAgain(): Work<void> {
  yield* execute("update media_storage set taken_up_to = ''");
}

/** What is in the queue. */
export interface FileOfQueue {
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly isWanted: boolean;
  readonly failures: number;
}

/** Puts the next files that were there before the storage into the queue: the storage is not known to have them. @param now ms since the epoch */
export function* takeUp(limit: number, now: number): Work<void> {
  const files = yield* rows<{ sha256: string; size: number }>(
    `select sha256, max(size) as size from (
       select * from (select sha256, size from media where sha256 > (select taken_up_to from media_storage) order by sha256 limit ?)
       union all select * from (select sha256, size from thumbnails where sha256 > (select taken_up_to from media_storage) order by sha256 limit ?)
     ) files group by sha256 order by sha256 limit ?`,
    limit,
    limit,
    limit,
  );
  for (const { sha256, size } of files) {
    yield* execute(
      `insert into media_copies (sha256, size, is_wanted, is_local, used_ts, failures, retry_ts) values (?, ?, 1, 1, ?, 0, 0)
       on conflict (sha256) do update set stored_ts = null, failures = 0, retry_ts = 0`,
      sha256,
      size,
      now,
    );
  }
  yield* execute('update media_storage set taken_up_to = ?', files.length < limit ? null : (files.at(-1)?.sha256 ?? null));
}

const TO_DO = '(stored_ts is null or is_wanted = 0)';
/** Where there is no storage, files are deleted in the media folder only; what may be left in a storage waits until there is one again. */
const POSSIBLE = '(exists (select 1 from media_storage) or (is_wanted = 0 and (stored_ts is null or is_local = 1)))';

/** Some of what is to be done now, oldest first. @param now ms since the epoch */
export function* due(now: number, limit: number): Work<readonly FileOfQueue[]> {
  const found = yield* rows<Omit<FileOfQueue, 'isWanted'> & { isWanted: number }>(
    `select sha256, size, is_wanted as "isWanted", failures from media_copies
     where ${TO_DO} and ${POSSIBLE} and retry_ts <= ? order by retry_ts limit ?`,
    now,
    limit,
  );
  return found.map((file) => ({ ...file, isWanted: file.isWanted === 1 }));
}

/** When the next file is to be tried again, ms since the epoch; undefined when there is none. */
export function* nextTrial(): Work<number | undefined> {
  const next = `select retry_ts as "retryTs" from media_copies where ${TO_DO} and ${POSSIBLE} order by retry_ts limit 1`;
  return (yield* row<{ retryTs: number }>(next))?.retryTs;
}

/** Copying or deleting a file has failed. @param retryTs before when it is not tried again, ms since the epoch */
export function* postpone(sha256: string, retryTs: number): Work<void> {
  yield* execute('update media_copies set failures = failures + 1, retry_ts = ? where sha256 = ?', retryTs, sha256);
}

/** What is still to be done. */
export interface WaitingMedia {
  /** Files that are to be copied, and their bytes. */
  readonly copies: number;
  readonly bytes: number;
  /** Files that are to be deleted. */
  readonly deletions: number;
  /** How many of both have been tried in vain. */
  readonly failing: number;
}

export function* waiting(): Work<WaitingMedia> {
  const found = yield* row<{ [Key in keyof WaitingMedia]: number | null }>(
    `select sum(is_wanted) as copies, sum(is_wanted * size) as bytes, sum(1 - is_wanted) as deletions, sum(failures > 0) as failing
     from media_copies where ${TO_DO} and ${POSSIBLE}`,
  );
  return { copies: found?.copies ?? 0, bytes: found?.bytes ?? 0, deletions: found?.deletions ?? 0, failing: found?.failing ?? 0 };
}
