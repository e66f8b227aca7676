#!/bin/sh
# The tests start their own redis-server, on loopback and without a file of the system's. This makes
# sure that there is one to start: on Debian and its like, as root, it is installed.
set -eu
command -v redis-server >/dev/null 2>&1 && exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo 'Cannot test: redis-server must be on the PATH, received none. Install Redis 7 or later (on Debian: apt-get install redis-server).' >&2
  exit 1
fi

# Installed, but not as a service of this machine: nothing may listen that a test did not start.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
install() { apt-get install -y -qq --no-install-recommends redis-server >/dev/null; }
# A bare image has no package lists, an old one has stale ones.
install 2>/dev/null || { apt-get update -qq && install; }
