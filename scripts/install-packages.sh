#!/usr/bin/env bash
# Installs the Debian 12 packages Castra is built with, if any is missing. Needs root for that.
#
#   scripts/install-packages.sh          what building and running needs
#   scripts/install-packages.sh --tests  also what the tests need
set -euo pipefail

packages=(g++ cmake ninja-build ccache unzip python3 python3-pip ca-certificates git
          libcli11-dev nlohmann-json3-dev libfmt-dev libtomlplusplus-dev libexpected-dev
          libsqlite3-dev libsqlitecpp-dev libcurl4-openssl-dev)
case "${1:-}" in
  "") ;;
  --tests) packages+=(libgtest-dev libgmock-dev librapidcheck-dev libcpp-httplib-dev pkg-config
                      clang-19 clang-format-19 libclang-rt-19-dev) ;;
  *) echo "usage: $0 [--tests]" >&2; exit 2 ;;
esac

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing+=("$package")
done
if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi

if [ "$(id -u)" -ne 0 ]; then
  echo "install-packages: run as root, or install these yourself: ${missing[*]}" >&2
  exit 3
fi
echo "install-packages: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
