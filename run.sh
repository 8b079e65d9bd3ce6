#!/usr/bin/env bash
# From a fresh Debian 12 to a faster Legion program: installs what is missing, builds Castra, and lets it
# speed up the bundled circuit simulation, which starts under a deliberately bad mapper of its own.
#
#   ./run.sh            results in castra-demo/: best.castra (the mapping), castra.db (every trial)
#
# Can be repeated; a second run installs and builds nothing. Takes about five minutes the first time.
set -euo pipefail
cd "$(dirname "$0")"
if [ "$#" -gt 0 ]; then
  sed -n '2,/^set/{s/^# \{0,1\}//;/^set/d;p}' "$0"
  exit 2
fi

say() { printf '\n== %s ==\n' "$*"; }

say "packages"
scripts/install-packages.sh
say "Legion"
scripts/get-legion.sh
say "build"
cmake --preset release -DCASTRA_BUILD_TESTS=OFF > /dev/null
cmake --build build --parallel "$(nproc)" -- --quiet

say "castra optimize circuit"
mkdir -p castra-demo
cd castra-demo
rm -f castra.db castra.db-wal castra.db-shm best.castra
../build/bin/castra optimize circuit --budget 10 --out best.castra --journal castra.db
