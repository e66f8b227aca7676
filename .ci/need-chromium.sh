#!/bin/sh
# The tests drive the console in a real Chromium, which they start with an empty profile. This makes
# sure that there is one to start: on Debian and its like, as root, it is installed, with a font to
# draw letters with. CHROMIUM names another one.
set -eu
if [ -n "${CHROMIUM:-}" ]; then
  [ -x "$CHROMIUM" ] && exit 0
  echo "Cannot test: CHROMIUM must name a program, received $CHROMIUM." >&2
  exit 1
fi
[ -x /usr/bin/chromium ] && exit 0
. "$(dirname "$0")/install-debian.sh"
install_debian 'chromium fonts-dejavu-core' \
  'Chromium must be at /usr/bin/chromium, received none. Install it (on Debian: apt-get install chromium) or name one in CHROMIUM.'
