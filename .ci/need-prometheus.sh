#!/bin/sh
# The tests check the rules with promtool and ask a Prometheus, which they start themselves, each question
# of the dashboard. This makes sure that there is one: on Debian and its like, as root, it is installed.
set -eu
command -v prometheus >/dev/null 2>&1 && command -v promtool >/dev/null 2>&1 && exit 0
. "$(dirname "$0")/install-debian.sh"
install_debian prometheus \
  'prometheus and promtool must be on the PATH, received none. Install Prometheus 2.42 or later (on Debian: apt-get install prometheus).'
