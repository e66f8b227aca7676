#!/bin/sh
# The tests hear what the gateway tells systemd, and have systemd judge its unit: by systemd's own
# programs, without it running. This makes sure that they are there: on Debian and its like, as root,
# they are installed. Elsewhere than on Linux there is nothing to test.
set -eu
[ "$(uname)" = Linux ] || exit 0
for program in systemd-analyze systemd-notify systemd-socket-activate; do
  command -v "$program" >/dev/null 2>&1 || missing=$program
done
[ -n "${missing:-}" ] || exit 0
. "$(dirname "$0")/install-debian.sh"
install_debian systemd \
  "$missing must be on the PATH, received none. Install systemd (on Debian: apt-get install systemd)."
