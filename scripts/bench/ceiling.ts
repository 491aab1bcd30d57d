import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import Koa from 'koa';
import { canonicalJson } from '../../src/core/canonical-json.ts';
import type { JsonObject } from '../../src/core/json.ts';
import { readJson } from '../../src/http/read-body.ts';
import { WalSync } from '../../src/store/drivers/wal-sync.ts';

/**
 * The least that any server does for a durable signed message: Koa, a JSON body, canonical JSON, SHA-256, ed25519, and one insert
 * with six index rows that is on the disk before the reply. What a real send costs is told as a multiple of this.
 */
export function startCeiling(folder: string): Promise<{ port: number }> {
  const file = join(folder, 'ceiling.db');
  const db = new BetterSqlite3(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.exec('create table events (pos integer primary key, id text, room text, sender text, type text, ts integer, depth integer, pdu text)');
  for (const column of ['id', 'room', 'sender', 'type', 'ts', 'depth']) db.exec(`create index by_${column} on events (${column})`);
  const insert = db.prepare('insert into events (id, room, sender, type, ts, depth, pdu) values (?, ?, ?, ?, ?, ?, ?)');
  const wal = new WalSync(`${file}-wal`);
  const key = createPrivateKey(generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }));
  let depth = 0;
  const app = new Koa();
  app.use(async (ctx) => {
    const content = (await readJson(ctx.req, 1_000_000)) as JsonObject;
    const event = { type: 'm.room.message', sender: '@bench:localhost', room_id: '!bench', content, depth: depth++, origin_server_ts: Date.now() };
    const bytes = Buffer.from(canonicalJson(event));
    const id = createHash('sha256').update(bytes).digest('base64url');
    const signature = sign(null, bytes, key).toString('base64');
    insert.run(id, event.room_id, event.sender, event.type, event.origin_server_ts, event.depth, JSON.stringify({ ...event, signature }));
    await wal.durable();
    ctx.body = { event_id: `$${id}` };
  });
  const handler = app.callback();
  const server = createServer((request, response) => void handler(request, response));
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve({ port: (server.address() as { port: number }).port })));
}
