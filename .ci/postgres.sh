#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Run a command inside a throw-away Postgres cluster: .ci/postgres.sh ctest --preset dev
# The command finds the cluster in ASSAY_TEST_POSTGRES, the password of the role assay_password in
# ASSAY_TEST_POSTGRES_PASSWORD and the log of every statement in ASSAY_TEST_POSTGRES_LOG.
# Exit status: that of the command; 75 if no server could be started.
set -euo pipefail
no_server=75

if [[ $# -eq 0 ]]; then
    echo "usage: $0 COMMAND..." >&2
    exit 2
fi

# pg_config tells where the servers of this release are; Debian keeps them out of PATH.
find_bindir() {
    local folder
    for folder in "$(pg_config --bindir 2>/dev/null || true)" /usr/lib/postgresql/*/bin; do
        if [[ -x $folder/initdb && -x $folder/pg_ctl ]]; then
            printf '%s\n' "$folder"
            return
        fi
    done
    echo "no Postgres server found (Debian package: postgresql)" >&2
    exit "$no_server"
}

bindir=$(find_bindir)
# In memory where there is plenty: a database is 300 files, and many tests make one. Else in /tmp
# whatever TMPDIR says: a socket path has at most 107 bytes, and the server's user must get in.
room=/tmp
[[ $(df --output=avail -BG /dev/shm 2>/dev/null | tail -n 1 | tr -dc 0-9) -lt 8 ]] || room=/dev/shm
cluster=$(mktemp -d "$room/assay-postgres.XXXXXX")
# Postgres refuses to run as root.
as_server=()
if [[ $(id -u) -eq 0 ]]; then
    server_user=postgres
    id -u postgres >/dev/null 2>&1 || server_user=nobody
    chown "$server_user" "$cluster"
    as_server=(runuser -u "$server_user" --)
fi

# server PROGRAM ARGUMENT...: as the server's user, so that it owns its files.
server() {
    local program=$1
    shift
    [[ ! -x $bindir/$program ]] || program=$bindir/$program
    (cd / && exec "${as_server[@]}" env -u LANGUAGE LC_ALL=C.UTF-8 "$program" "$@")
}

stop_cluster() {
    local status=$?
    trap '' INT TERM HUP
    server pg_ctl -D "$cluster/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf -- "$cluster"
    exit "$status"
}
trap stop_cluster EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

start_cluster() {
    local config=$cluster/data/postgresql.conf
    server initdb -D "$cluster/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync || return
    server tee -a "$config" <<CONF >/dev/null || return
listen_addresses = ''
unix_socket_directories = '$cluster'
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 60
timezone = 'UTC'
track_commit_timestamp = on
log_destination = 'stderr'
log_statement = 'all'
log_line_prefix = '%a|%u|'
CONF
    server tee "$cluster/data/pg_hba.conf" <<HBA >/dev/null || return
local all assay_password scram-sha-256
local all all trust
HBA
    server pg_ctl -D "$cluster/data" -l "$cluster/log" -w -t 60 start || return
    server psql -X -q -h "$cluster" -U postgres -d postgres -v ON_ERROR_STOP=1 \
        -c "CREATE ROLE assay_password LOGIN PASSWORD '$ASSAY_TEST_POSTGRES_PASSWORD'"
}

export ASSAY_TEST_POSTGRES_PASSWORD=assay-test-s3cret
if ! start_cluster >"$cluster/start.out" 2>&1; then
    echo "Postgres did not start:" >&2
    cat "$cluster/start.out" "$cluster/log" >&2 2>/dev/null || true
    exit "$no_server"
fi
export ASSAY_TEST_POSTGRES="host=$cluster user=postgres dbname=postgres"
export ASSAY_TEST_POSTGRES_LOG="$cluster/log"
# Debian's psql is a script that looks for this one, and takes many times as long as it.
export PATH=$bindir:$PATH
"$@"
