#!/bin/sh
# The secrets of compose.yaml are made by a shell script with openssl, which a test runs. On Debian and its
# like, as root, it is installed where it is missing.
set -eu
command -v openssl >/dev/null 2>&1 && exit 0
. "$(dirname "$0")/install-debian.sh"
install_debian openssl \
  'openssl must be on the PATH, received none. Install it (on Debian: apt-get install openssl).'
