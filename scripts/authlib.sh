#!/usr/bin/env bash
# The relying party in Python that the tests sign in with: authlib and what it needs, fetched once from PyPI to .cache/authlib, by the hashes in
# test/strangers/requirements.txt.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/ready.sh

wanted=test/strangers/requirements.txt
folder=.cache/authlib-$(sha256sum "$wanted" | cut -c1-12)-$(python3 -c 'import sys; print("%d%d" % sys.version_info[:2])' 2>/dev/null || echo none)

runs() { PYTHONPATH=$folder python3 -c 'import authlib.integrations.requests_client, cryptography, joserfc' >/dev/null 2>&1; }

if ! runs; then
  if ! python3 -m pip --version >/dev/null 2>&1; then apt_install python3 python3-pip || true; fi
  say 'Fetching authlib for the tests ...'
  mkdir -p .cache
  fetched=$(mktemp -d .cache/authlib-XXXXXX)
  trap 'rm -rf "$fetched"' EXIT
  if ! python3 -m pip install --quiet --disable-pip-version-check --no-input --root-user-action=ignore --no-deps \
    --only-binary=:all: --require-hashes --target "$fetched/to" -r "$wanted"; then
    say 'authlib for the tests could not be fetched: it needs CPython 3.10 to 3.14 with pip, on Linux, and a package index.'
    exit 1
  fi
  # Of two at once the first one's stays.
  mv -T "$fetched/to" "$folder" 2>/dev/null || true
fi
if ! runs; then
  say "authlib for the tests does not start here: $(PYTHONPATH=$folder python3 -c 'import authlib.integrations.requests_client, cryptography, joserfc' 2>&1 | tail -1)"
  exit 1
fi
ln -sfn "$(basename "$folder")" .cache/authlib
