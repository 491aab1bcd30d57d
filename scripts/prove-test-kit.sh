#!/usr/bin/env bash
# Proves what the author of a module outside this repository relies on: the package, installed into an empty folder, brings the server, the
# types and the test kit. A module and a short test of it, the contract among it, pass there under mocha, `node --test` and vitest, and what
# a test of ten users costs is printed: less than a second.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

npm pack --silent --pack-destination "$folder" >/dev/null
cd "$folder"
cat >package.json <<'JSON'
{ "name": "no-rooms", "private": true, "type": "module" }
JSON
mocha=$(node -p "require('$root/package.json').devDependencies.mocha")
typescript=$(node -p "require('$root/package.json').devDependencies.typescript")
# vitest 3 is the newest that runs on Node.js 20.
npm install --silent --no-audit --no-fund --prefer-offline --ignore-scripts ./plexus-*.tgz "mocha@$mocha" "typescript@$typescript" @types/node@22 @types/mocha@10 vitest@3
"$root/scripts/take-natives.sh"

cat >no-rooms.ts <<'TS'
import type { ModuleApi } from 'plexus/module';

export default class NoRooms {
  constructor(config: { blocked: string }, api: ModuleApi) {
    api.registerSpamCheckerCallbacks({ user_may_create_room: async (userId) => userId !== config.blocked });
  }
}
TS
cat >no-rooms.test.ts <<'TS'
import { boot, expectError, moduleContract } from 'plexus/testing';
import NoRooms from './no-rooms.js';

const config = { blocked: '@bob:localhost' };

it('keeps one user from making rooms', async () => {
  const server = await boot({ modules: [{ module: NoRooms, config }] });
  const [alice, bob] = [await server.user('alice'), await server.user('bob')];
  await alice.createRoom({ name: 'hello' });
  await expectError(bob.createRoom(), 403, 'M_FORBIDDEN');
  await server.close();
});
for (const { name, run } of moduleContract(NoRooms, { config })) it(name, run);
TS
cat >crowd.test.ts <<'TS'
import { boot } from 'plexus/testing';
import NoRooms from './no-rooms.js';

it('ten users talk in two rooms', async () => {
  const [began, before] = [performance.now(), process.cpuUsage()];
  const server = await boot({ port: 'none', modules: [{ module: NoRooms, config: { blocked: '@nobody:localhost' } }] });
  const users = await Promise.all(Array.from({ length: 10 }, (_, number) => server.user(`user${number}`)));
  const rooms = await Promise.all(users.slice(0, 2).map((user) => user.createRoom({ preset: 'public_chat' })));
  for (const room of rooms) {
    await Promise.all(users.map((user) => user.join(room)));
    await Promise.all(users.map((user) => user.send(room, 'hello')));
  }
  await Promise.all(users.map((user) => user.sync()));
  await server.close();
  const { user, system } = process.cpuUsage(before);
  console.log(`Ten users in two rooms: ${Math.round(performance.now() - began)} ms, ${Math.round((user + system) / 1_000)} ms of them CPU time`);
});
TS
cat >tsconfig.json <<'JSON'
{
  "compilerOptions": { "strict": true, "target": "es2022", "module": "nodenext", "types": ["node", "mocha"], "outDir": "build" },
  "files": ["no-rooms.test.ts", "crowd.test.ts"]
}
JSON
npx tsc
npx mocha --timeout 20000 build/no-rooms.test.js
sed "1i import { it } from 'node:test';" build/no-rooms.test.js >build/no-rooms.node-test.js
node --test build/no-rooms.node-test.js >report.txt || { cat report.txt; exit 1; }
grep -E '^. pass [1-9]' report.txt
# The very file that mocha runs, as TypeScript.
npx vitest run --globals --testTimeout 20000 no-rooms.test.ts
npx mocha --timeout 20000 build/crowd.test.js
echo 'The test kit works outside of the repository, with mocha, the runner of Node.js and vitest.'
