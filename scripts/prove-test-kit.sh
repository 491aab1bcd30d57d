#!/usr/bin/env bash
# Proves what the author of a module outside this repository relies on: the package, installed into an empty folder, brings the server, the
# types and the test kit. A module and a ten-line test of it pass there, under mocha and under `node --test`.
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
npm install --silent --no-audit --no-fund --prefer-offline --ignore-scripts ./plexus-*.tgz "mocha@$mocha" "typescript@$typescript" @types/node@22 @types/mocha@10
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
import { boot, expectError } from 'plexus/testing';
import NoRooms from './no-rooms.js';

it('keeps one user from making rooms', async () => {
  const server = await boot({ modules: [{ module: NoRooms, config: { blocked: '@bob:localhost' } }] });
  const [alice, bob] = [await server.user('alice'), await server.user('bob')];
  await alice.createRoom({ name: 'hello' });
  await expectError(bob.createRoom(), 403, 'M_FORBIDDEN');
  await server.close();
});
TS
npx tsc --strict --target es2022 --module nodenext --types node,mocha --outDir build ./no-rooms.test.ts
npx mocha build/no-rooms.test.js
sed "1i import { it } from 'node:test';" build/no-rooms.test.js >build/no-rooms.node-test.js
node --test build/no-rooms.node-test.js >report.txt || { cat report.txt; exit 1; }
grep -E '^. pass 1$' report.txt
echo 'The test kit works outside of the repository.'
