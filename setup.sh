#!/usr/bin/env bash
# Installs what is missing and touches nothing else: packages of Debian 12, and from npm, by the lock
# file, DuckDB's library and header and ECharts. `./setup.sh tests` also installs what only tests
# and checks need. Works as root, or with sudo.
set -euo pipefail
cd "$(dirname "$0")"

packages=(
  g++ cmake ninja-build ccache mold git ca-certificates python3 tzdata
  libcli11-dev libtomlplusplus-dev libspdlog-dev libfmt-dev libxxhash-dev zlib1g-dev libsimdjson-dev
  libpq-dev libssl-dev libcctz-dev libcurl4-openssl-dev
  libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev
  pkg-config duktape-dev librsvg2-dev fonts-dejavu-core dpkg-dev file
)
if [ "${1:-}" = tests ]; then
  packages+=(postgresql openssl libgtest-dev libgmock-dev libbenchmark-dev clang-format gcovr
    chromium duktape curl nginx-light zsh fish groff man-db graphviz debootstrap)
fi
command -v npm > /dev/null || packages+=(nodejs npm)

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo > /dev/null || { echo "setup: run as root, or install sudo, to install: ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  echo "setup: installing ${missing[*]}"
  log=$(mktemp)
  if ! { "${as_root[@]}" apt-get update &&
         "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
           apt-get install -y --no-install-recommends "${missing[@]}"; } > "$log" 2>&1; then
    tail -20 "$log" >&2
    echo "setup: the packages could not be installed (whole log: $log)" >&2
    exit 1
  fi
  rm -f "$log"
fi

if ! cmp -s package-lock.json node_modules/.cartograph-lock; then
  echo "setup: fetching DuckDB and ECharts from npm"
  npm ci --no-progress --loglevel=error
  cp package-lock.json node_modules/.cartograph-lock
fi

[ "${1:-}" = tests ] || exit 0
for tests in tests/dashboard tests/openapi; do
  if ! cmp -s $tests/package-lock.json $tests/node_modules/.cartograph-lock; then
    echo "setup: fetching what $tests needs from npm"
    npm ci --prefix $tests --no-progress --loglevel=error
    cp $tests/package-lock.json $tests/node_modules/.cartograph-lock
  fi
done
