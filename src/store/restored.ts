import { execute, row, type Work } from '../kernel/work.ts';
import * as mediaStorage from './media-storage.ts';

/** By how much the line of positions is moved on: more than a server gives out between a backup and the loss of what came after it. */
const LEAP = 1_000_000;

/**
 * Makes a database fit for serving that is older than what clients remember of it.
 * One-time keys that were given out since then would be given out again, so there are none: devices upload new ones. Positions that clients were
 * told since then must not be given out for something else, so new ones begin far behind them.
 */
export function* makeFit(): Work<void> {
  yield* execute('delete from one_time_keys');
  yield* execute('update stream set position = position + ?', LEAP);
  // What was unread then is no news now, and there is nothing in the gap.
  yield* execute('update push_cursor set position = (select position from stream)');
  yield* execute('update search_cursor set position = (select position from stream) where position = (select position - ? from stream)', LEAP);
  // What the storage for media has now is not known. A database of an older version has no such table.
  const table = yield* row<{ name: string }>("select name from sqlite_master where name = 'media_storage'");
  if (table !== undefined) yield* mediaStorage.lookAgain();
}
