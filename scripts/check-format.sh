#!/usr/bin/env bash
# Checks that every C++ and CUDA source is formatted as .clang-format says; --fix formats in place.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t files < <(git ls-files '*.cc' '*.h' '*.cu')
if [ "${1:-}" = "--fix" ]; then exec clang-format-19 -i "${files[@]}"; fi
clang-format-19 --dry-run -Werror "${files[@]}"
echo "check-format: ${#files[@]} files"
