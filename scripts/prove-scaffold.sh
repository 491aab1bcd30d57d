#!/usr/bin/env bash
# Proves what `plexus create-module` promises: whoever has nothing but the packed package gets a module whose types are right, whose tests
# pass, and which a started server asks.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
install() { npm install --silent --no-audit --no-fund --prefer-offline --ignore-scripts "$@"; }

cd "$root"
npm pack --silent --pack-destination "$folder" >/dev/null
mkdir "$folder/installed" "$folder/elsewhere"
cd "$folder/installed"
echo '{}' >package.json
install ../plexus-*.tgz

cd "$folder/elsewhere"
"$folder/installed/node_modules/.bin/plexus" create-module my-policy --no-install
# It needs nothing of the place where it was made.
rm -r "$folder/installed"
cd my-policy
install
"$root/scripts/take-natives.sh"
npm test
npm run test:versions -- --against "$(echo "$folder"/plexus-*.tgz)" | tee "$folder/versions.txt"
# The lowest version, and the package, which is installed for it.
test "$(grep -c '^✔ my-policy, like every module,' "$folder/versions.txt")" = 2
node "$root/scripts/prove-scaffold.mjs"
echo 'A module that was made from the package works.'
