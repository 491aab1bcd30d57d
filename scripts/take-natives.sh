#!/usr/bin/env bash
# For a folder into which Plexus was installed without install scripts: takes over the natives that npm has built for this project, where the
# versions are the same, and builds the others.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

for package in better-sqlite3 argon2; do
  if [ -d "$root/node_modules/$package/build" ] && cmp -s "$root/node_modules/$package/package.json" "node_modules/$package/package.json"; then
    cp -r "$root/node_modules/$package/build" "node_modules/$package/"
  else
    npm rebuild --silent "$package"
  fi
done
