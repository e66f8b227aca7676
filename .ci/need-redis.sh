#!/bin/sh
# The tests start their own redis-server, on loopback and without a file of the system's. This makes
# sure that there is one to start: on Debian and its like, as root, it is installed.
set -eu
command -v redis-server >/dev/null 2>&1 && exit 0
. "$(dirname "$0")/install-debian.sh"
install_debian redis-server \
  'redis-server must be on the PATH, received none. Install Redis 7 or later (on Debian: apt-get install redis-server).'
