# Sourced by scripts/start, scripts/test and scripts/mongod.sh: a Node that can install, and packages as the lock file says.
# Leaves `node24` with the Node that everything else runs on.

say() { printf '%s\n' "$*" >&2; }

# On Debian and its kin, where this user may: fails silently elsewhere, and the caller looks whether it has what it needs.
apt_install() {
  local as_root=()
  if [ "$(id -u)" != 0 ]; then as_root=(sudo -n); fi
  if ! command -v apt-get >/dev/null 2>&1 || ! "${as_root[@]}" true 2>/dev/null; then return 1; fi
  say "Installing for the tests: $* ..."
  "${as_root[@]}" apt-get update -qq || true
  # What is installed must not start by itself: the tests start servers of their own.
  local policy=/usr/sbin/policy-rc.d made= result=0
  if [ ! -e "$policy" ]; then
    made=yes
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null || result=$?
  if [ -n "$made" ]; then "${as_root[@]}" rm -f "$policy"; fi
  return "$result"
}

# Node 20 is enough to install; the npm package `node` then brings the version that everything else runs on.
need_node() {
  if ! command -v node >/dev/null 2>&1 || ! command -v npm >/dev/null 2>&1; then
    say "Gatehouse needs Node.js 20 or later, with npm, to install itself. Get it from https://nodejs.org or your system's packages."
    exit 1
  fi
  if ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)'; then
    say "Gatehouse needs Node.js 20 or later to install itself; this is $(node --version)."
    exit 1
  fi
}

node24=node_modules/.bin/node

# Installs only when node_modules is not what package-lock.json says.
install_packages() {
  if [ -x "$node24" ] && node scripts/installed.mjs; then return; fi
  say 'Installing packages (npm ci) ...'
  npm ci --no-audit --no-fund --loglevel=error
  if ! "$node24" --version >/dev/null 2>&1; then
    say 'npm did not run the install script of the package `node`, which brings the Node.js that Gatehouse runs on.'
    say 'Allow it (npm config get ignore-scripts; npm install-scripts ls) and start again.'
    exit 1
  fi
}
