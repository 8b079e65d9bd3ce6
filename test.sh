#!/usr/bin/env bash
# Installs what is missing, builds Castra in every supported way, and runs all tests.
#
#   ./test.sh           everything: gcc with Legion, gcc with sanitizers, clang, source checks
#   ./test.sh --quick   gcc with Legion only
#
# Can be repeated; a second run rebuilds only what changed. Ends with a line "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")"

quick=false
case "${1:-}" in
  "") ;;
  --quick) quick=true ;;
  *) echo "usage: $0 [--quick]" >&2; exit 2 ;;
esac

say() { printf '\n== %s ==\n' "$*"; }
jobs=$(nproc)
passed=0
failed=0

# build_and_test PRESET: configures, builds, runs every ctest of that preset, adds to the counts.
build_and_test() {
  local preset=$1 folder=$2 log
  say "preset $preset: build"
  cmake --preset "$preset" > /dev/null
  cmake --build "$folder" --parallel "$jobs" -- --quiet
  say "preset $preset: tests"
  log=$folder/last-test.log
  ctest --test-dir "$folder" --parallel "$jobs" --output-on-failure --no-tests=error > "$log" 2>&1 || true
  sed -n '/tests passed/,$p' "$log"
  local total bad
  total=$(sed -nE 's/.* tests failed out of ([0-9]+).*/\1/p' "$log")
  bad=$(sed -nE 's/.*tests passed, ([0-9]+) tests failed.*/\1/p' "$log")
  if [ -z "$total" ]; then cat "$log"; total=1; bad=1; fi
  if [ "$bad" -gt 0 ]; then grep -vE '^ *(Start +[0-9]+:|[0-9]+/[0-9]+ Test .* Passed )' "$log"; fi
  passed=$((passed + total - bad))
  failed=$((failed + bad))
}

# check NAME COMMAND...: counts as one test.
check() {
  local name=$1
  shift
  say "$name"
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $name"; fi
}

say "packages"
scripts/install-packages.sh --tests
say "Legion"
scripts/get-legion.sh

check "include graph" scripts/check-includes.py
check "format" scripts/check-format.sh
build_and_test release build
if ! $quick; then
  build_and_test debug build-debug
  build_and_test clang build-clang
fi

printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
