#!/bin/sh
# Makes the secrets that compose.yaml needs, those of them that are not there yet: each of 256 random bits,
# each in a folder of who reads it. Needs openssl.
#
#   make-secrets.sh <folder>
set -eu
umask 077
dir=${1:?name the folder to put them in}

# random <file> [beginning]: makes the file if there is none
random() {
  [ -s "$dir/$1" ] || printf '%s%s' "${2:-}" "$(openssl rand -hex 32)" >"$dir/$1"
}

# hash <file of a token> <file for its hash>
hash() {
  openssl dgst -sha256 -r <"$dir/$1" | cut -d ' ' -f 1 >"$dir/$2"
}

for reader in operator gateway prometheus grafana postgres unleash; do mkdir -p "$dir/$reader"; done

random operator/token sbadm_
random prometheus/token sbadm_
hash operator/token gateway/operator-sha256
hash prometheus/token gateway/prometheus-sha256

random grafana/password
random postgres/password
random unleash/admin-password
random gateway/unleash-token '*:development.'
random gateway/unleash-admin-token '*:*.'
cat >"$dir/unleash/env" <<END
DATABASE_URL='postgres://unleash:$(cat "$dir/postgres/password")@postgres:5432/unleash'
INIT_BACKEND_API_TOKENS='$(cat "$dir/gateway/unleash-token")'
INIT_ADMIN_API_TOKENS='$(cat "$dir/gateway/unleash-admin-token")'
UNLEASH_DEFAULT_ADMIN_USERNAME=admin
UNLEASH_DEFAULT_ADMIN_PASSWORD='$(cat "$dir/unleash/admin-password")'
END

# The certificate of the admin listener vouches for itself, for a year, and is made anew on its last day.
certificate=$dir/gateway/admin.pem
if ! openssl x509 -checkend 86400 -noout -in "$certificate" >/dev/null 2>&1; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 \
    -subj /CN=switchback -addext 'subjectAltName=DNS:switchback,DNS:localhost,IP:127.0.0.1' \
    -keyout "$dir/gateway/admin-key.pem" -out "$certificate" 2>/dev/null
fi
cp "$certificate" "$dir/prometheus/admin.pem"

# Who reads them is nobody but the user that each image runs as.
if [ "$(id -u)" = 0 ]; then
  chmod 755 "$dir"
  chown -R 1000 "$dir/gateway" "$dir/unleash" "$dir/operator"
  chown -R 65534 "$dir/prometheus"
  chown -R 472 "$dir/grafana"
  chown -R 70 "$dir/postgres"
fi
