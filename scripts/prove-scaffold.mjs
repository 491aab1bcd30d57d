// In the folder of a new module: the server that is installed there refuses what the module refuses, and takes up the module when it is saved.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const CONFIG = `
server_name: localhost
listeners: [{ port: 0, bind_addresses: [127.0.0.1] }]
registration: { mode: open }
passwords: { cost: test }
log: { level: silent }
modules: [{ module: ./index.ts }]
`;

writeFileSync('config.yaml', CONFIG);
const server = spawn('node_modules/.bin/plexus', ['start', '--dev'], { stdio: ['ignore', 'ignore', 'pipe'] });
const ended = once(server, 'exit');
// Whoever waits in vain for a line is told so by its end.
setTimeout(() => server.kill(), 60_000).unref();
const lines = createInterface(server.stderr)[Symbol.asyncIterator]();

async function said(pattern) {
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    const match = pattern.exec(line.value);
    if (match !== null) return match;
  }
  throw new Error(`The server ended without having said ${pattern}`);
}

let token;
async function request(method, path, body) {
  const headers = { authorization: `Bearer ${token}` };
  const reply = await fetch(`${url}/_matrix/client/v3${path}`, { method, headers: token === undefined ? {} : headers, body: JSON.stringify(body) });
  return { status: reply.status, body: await reply.json() };
}

const [, url] = await said(/listens on (\S+)/);
try {
  token = (await request('POST', '/register', { username: 'alice', password: 'secret', auth: { type: 'm.login.dummy' } })).body.access_token;
  const room = encodeURIComponent((await request('POST', '/createRoom', {})).body.room_id);
  const send = (txnId, body) => request('PUT', `/rooms/${room}/send/m.room.message/${txnId}`, { msgtype: 'm.text', body });
  assert.equal((await send(1, 'a quiet evening')).status, 200);
  assert.deepEqual(await send(2, 'a party'), { status: 403, body: { errcode: 'M_FORBIDDEN', error: 'Say it without "party"' } });
  writeFileSync('index.ts', readFileSync('index.ts', 'utf8').replace('Say it without', 'Not with'));
  console.log((await said(/^Live .*/))[0]);
  assert.equal((await send(3, 'a party')).body.error, 'Not with "party"');
} finally {
  server.kill();
  await ended;
}
