#!/usr/bin/env bash
# Fuzzes one part of Castra with clang's libFuzzer, AddressSanitizer and UBSan.
#
#   scripts/fuzz.sh TARGET SECONDS   one of the targets below, for so many seconds of wall time
#   scripts/fuzz.sh TARGET --minimize
#                                    add to tests/fuzz/corpus the fewest of the inputs found that
#                                    together reach every branch that was reached
#   scripts/fuzz.sh --list           the targets
#
# Builds the preset `fuzz` first. Starts from tests/fuzz/corpus/TARGET, tests/fuzz/findings/TARGET and
# the repository's own mapping programs. What it finds new stays in build-fuzz/corpus/TARGET; an input
# that fails in build-fuzz/failures: shrink it, fix the cause, and keep it under
# tests/fuzz/findings/TARGET, named for the symptom. Exit code 0 if nothing failed.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() { sed -n '2,14s/^# \{0,1\}//p' "$0" >&2; exit 2; }
targets() { sed -n 's/^set(CASTRA_FUZZ_TARGETS \(.*\))$/\1/p' tests/fuzz/CMakeLists.txt; }

if [ "${1:-}" = "--list" ]; then targets | tr ' ' '\n'; exit 0; fi
[ "$#" -eq 2 ] || usage
target=$1
targets | tr ' ' '\n' | grep -qx "$target" || { echo "fuzz: no target '$target'; there are: $(targets)" >&2; exit 2; }

[ -f build-fuzz/CMakeCache.txt ] || cmake --preset fuzz > /dev/null
cmake --build build-fuzz --target "fuzz_$target" castra_fuzz_dictionary -- --quiet

found=build-fuzz/corpus/$target
mkdir -p "$found" build-fuzz/failures
build-fuzz/tests/fuzz/castra_fuzz_dictionary > build-fuzz/castra.dict

if [ "$2" = "--minimize" ]; then
  # Inputs with a name were written by hand and stay; those libFuzzer found are named by their hash.
  kept=$(mktemp -d)
  find "tests/fuzz/corpus/$target" -type f | grep -vE '/[0-9a-f]{40}$' | xargs cp -t "$kept"
  "build-fuzz/tests/fuzz/fuzz_$target" -set_cover_merge=1 -use_counters=0 -max_len=2048 \
    "$kept" "tests/fuzz/corpus/$target" "$found"
  rm -f "tests/fuzz/corpus/$target"/*
  cp "$kept"/* "tests/fuzz/corpus/$target/"
  rm -r "$kept"
  exit 0
fi

seeds=("tests/fuzz/corpus/$target")
[ -d "tests/fuzz/findings/$target" ] && seeds+=("tests/fuzz/findings/$target")
case $target in
  server) ;;
  *) seeds+=(share/castra/mappings tests/golden tests/errors) ;;
esac
exec "build-fuzz/tests/fuzz/fuzz_$target" -dict=build-fuzz/castra.dict -max_total_time="$2" -timeout=30 \
  -rss_limit_mb=2048 -max_len=4096 -artifact_prefix="build-fuzz/failures/$target-" -print_final_stats=1 \
  "$found" "${seeds[@]}"
