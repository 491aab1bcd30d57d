#!/usr/bin/env bash
# scripts/lint.sh          oxlint with types, then the formatter's check
# scripts/lint.sh lint     only the linter       scripts/lint.sh format   only the format
# scripts/lint.sh fix      formats and repairs what can be repaired
set -euo pipefail
cd "$(dirname "$0")/.."
bin=node_modules/.bin
# Whatever may not exist yet in a branch is left out; both tools fail on a path that is missing.
mapfile -t sources < <(ls -d src test modules templates admin-page scripts 2>/dev/null)

lint() { "$bin/oxlint" --type-aware --deny-warnings --report-unused-disable-directives "$@" "${sources[@]}"; }
format() { "$bin/oxfmt" --no-error-on-unmatched-pattern "$@" "${sources[@]}"; }

case "${1:-all}" in
  lint) lint ;;
  format) format --check ;;
  fix) format && lint --fix ;;
  all) lint && format --check ;;
  *) echo "usage: scripts/lint.sh [lint|format|fix]" >&2; exit 2 ;;
esac
