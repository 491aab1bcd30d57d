import type { ModuleApi, WebContext } from 'plexus/module';

/** Remembers when each user was last asked for. */
export default class LastSeen {
  constructor(_config: object, api: ModuleApi) {
    // It need not be waited for: what runs on the tables waits for it.
    void api.storage.migrate(['create table {seen} (user_id text primary key, ts integer not null)', 'create index {seen_by_time} on {seen} (ts)']);
    const note = async (ctx: WebContext): Promise<void> => {
      const { userId } = await api.getUserByReq(ctx);
      ctx.body = await api.runDbInteraction('note', function* (txn) {
        const before = yield* txn.row<{ ts: number }>('select ts from {seen} where user_id = ?', userId);
        yield* txn.execute('insert into {seen} values (?, ?) on conflict (user_id) do update set ts = excluded.ts', userId, api.clock.now());
        return { before: before?.ts ?? null };
      });
    };
    api.registerWebResource('/_synapse/client/last-seen', { POST: note });
  }
}
