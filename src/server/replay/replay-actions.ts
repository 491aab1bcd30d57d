import type { Config } from '../../config/config.ts';
import type { JsonValue } from '../../core/json.ts';
import { Access } from '../../engine/access.ts';
import type { Clock } from '../../kernel/clock.ts';
import { WriteRefused, type Database } from '../../kernel/database.ts';
import type { Run } from '../../kernel/operation.ts';
import type { Actions } from '../../modules/index.ts';
import { moduleActions } from '../module-actions.ts';

/** What a module can do in a replay: read what the server has at present. Whatever acts is refused, and what it keeps by key it keeps for itself. */
export function replayActions(
  parts: { readonly config: Config; readonly database: Database; readonly clock: Clock },
  refuse: (what: string) => Promise<never>,
): Actions {
  const { config, database, clock } = parts;
  const read: Database['read'] = (work) => database.read(work);
  const run: Run = (operation) => refuse(operation.name);
  const access = new Access({ database, clock, confirmRefresh: () => Promise.resolve(), noteSeen: () => undefined });
  const actions = moduleActions({ config, clock, run, read, access, serverName: config.server_name });
  return {
    ...actions,
    work: (work) =>
      read(work).catch((error: unknown) => (error instanceof WriteRefused ? refuse('a change in the database') : Promise.reject(error as Error))),
    values: overlaid(actions.values),
  };
}

/** Values that a replay keeps at most: memory is bounded, however long the history is. */
const MOST = 100_000;

/** Values that are kept for the length of the replay, over those that are stored. */
function overlaid(stored: Actions['values']): Actions['values'] {
  const own = new Map<string, JsonValue | undefined>();
  const keyOf = (module: string, key: string): string => JSON.stringify([module, key]);
  return {
    *find(module, key) {
      return own.has(keyOf(module, key)) ? own.get(keyOf(module, key)) : yield* stored.find(module, key);
    },
    *put(module, key, value) {
      if (own.size >= MOST) throw new Error(`A replay keeps at most ${MOST} values`);
      own.set(keyOf(module, key), value);
    },
    *remove(module, key) {
      const had = (yield* this.find(module, key)) !== undefined;
      own.set(keyOf(module, key), undefined);
      return had;
    },
    *list(module, prefix, after, limit) {
      const found = new Map<string, JsonValue>();
      // What is stored may have been removed in the replay, so that a page of it can be too short.
      for (let last = after; found.size < limit;) {
        const page = yield* stored.list(module, prefix, last, limit);
        for (const { key, value } of page) if (!own.has(keyOf(module, key))) found.set(key, value);
        last = page.at(-1)?.key ?? last;
        if (page.length < limit) break;
      }
      for (const [written, value] of own) {
        const [owner, key] = JSON.parse(written) as [string, string];
        if (owner === module && value !== undefined && key.startsWith(prefix) && key > after) found.set(key, value);
      }
      return [...found]
        .map(([key, value]) => ({ key, value }))
        .toSorted((one, other) => (one.key < other.key ? -1 : 1))
        .slice(0, limit);
    },
    usageOf: (module) => stored.usageOf(module),
  };
}
