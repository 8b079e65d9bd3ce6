#!/usr/bin/env bash
# Gets the Legion runtime: headers and shared libraries out of the PyPI wheel of Legate, which is
# built and released by Legion's own maintainers. Needs pip (any Python 3) and unzip; no compiler.
#
#   scripts/get-legion.sh          download, verify, unpack; prints the folder; does nothing twice
#   scripts/get-legion.sh --where  print the folder only
#
# The folder is $CASTRA_LEGION_DIR, or ~/.cache/castra/legion-<version>.
set -euo pipefail

version=26.6.1
wheel=legate-${version}-cp311-cp311-manylinux_2_28_x86_64.whl
sha256=74fc878835fcb2e5371799c087b41308931042171c626b390c5689199af3d695
target=${CASTRA_LEGION_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/castra/legion-legate-${version}}

if [ "${1:-}" = "--where" ]; then echo "$target"; exit 0; fi
if [ "$#" -gt 0 ]; then echo "usage: $0 [--where]" >&2; exit 2; fi
if [ -f "$target/.complete" ]; then echo "$target"; exit 0; fi
if [ "$(uname -sm)" != "Linux x86_64" ]; then
  echo "get-legion: the wheel is for Linux x86_64; build Legion from source and set Legion_ROOT" >&2
  exit 3
fi

mkdir -p "$(dirname "$target")"
scratch=$(mktemp -d "$target.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
echo "get-legion: downloading $wheel (87 MB)" >&2
python3 -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.11 \
  --implementation cp --abi cp311 --platform manylinux_2_28_x86_64 \
  --dest "$scratch" "legate==${version}" >&2
echo "${sha256}  ${scratch}/${wheel}" | sha256sum --check --quiet >&2 || {
  echo "get-legion: the downloaded wheel is not the one this version of Castra was tested with" >&2
  exit 3
}
mkdir "$scratch/unpacked" "$scratch/legion"
unzip -q "$scratch/$wheel" 'legate/include/legate/deps/*' 'legate/lib64/liblegion*' \
  'legate/lib64/librealm*' -d "$scratch/unpacked"
mv "$scratch/unpacked/legate/include/legate/deps" "$scratch/legion/include"
mkdir "$scratch/legion/lib"
# A wheel stores each link as a copy; keep the SONAME files and link the rest to them.
libs=$scratch/unpacked/legate/lib64
mv "$libs/liblegion-legate.so.1" "$scratch/legion/lib/"
mv "$libs/librealm-legate.so.25" "$scratch/legion/lib/"
ln -s liblegion-legate.so.1 "$scratch/legion/lib/liblegion-legate.so"
ln -s librealm-legate.so.25 "$scratch/legion/lib/librealm-legate.so"
touch "$scratch/legion/.complete"
rm -rf "$target"
mv "$scratch/legion" "$target"
echo "get-legion: Legion is in $target" >&2
echo "$target"
