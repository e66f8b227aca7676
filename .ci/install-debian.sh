# Sourced by what needs a package that is not npm's.

# install_debian <packages> <what is said where they cannot be installed>
install_debian() {
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Cannot test: $2" >&2
    exit 1
  fi

  # Installed, but not as a service of this machine: nothing may listen that a test did not start.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
  fi

  # A bare image has no package lists, an old one has stale ones.
  quiet_install $1 2>/dev/null || { apt-get update -qq && quiet_install $1; }
}

quiet_install() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
