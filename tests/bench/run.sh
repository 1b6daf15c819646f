#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# How fast assay reads a table, beside a bare read of the same table in the same run. README.md in
# this folder tells what the rows of the result mean.
set -euo pipefail
shopt -s inherit_errexit
unset CDPATH GREP_OPTIONS LANGUAGE
export LC_ALL=C.UTF-8
umask 022
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
top=$(cd -- "$here/../.." && pwd)
# shellcheck source-path=SCRIPTDIR source=../../.ci/packages.sh
source "$top/.ci/packages.sh"

usage() {
    cat <<TEXT
usage: tests/bench/run.sh [--rows N] [--runs N] [--store sqlite|postgres|both] [--growth] [--large]
                          [--data DIR] [--build DIR] [--markdown]

  --rows N       rows of the table (default: 5000000)
  --runs N       how often every command is measured (default: 5)
  --store WHICH  sqlite, postgres or both (default)
  --growth       tables of four times the rows, and of five times the columns, as well
  --large        50,000,000 different keys in SQLite, too, which --memory does not hold: 3 GB of disk
  --data DIR     keep the SQLite files there and use those that are there already
  --build DIR    where to build (default: build/bench)
  --markdown     put the table into README.md in this folder

Exit status: 0 measured, 2 wrong usage, 3 could not measure.
TEXT
}

wrong_usage() {
    printf 'tests/bench/run.sh: %s\n' "$1" >&2
    usage >&2
    exit 2
}

could_not_measure() {
    printf 'tests/bench/run.sh: %s\n' "$1" >&2
    exit 3
}

arguments=("$@")
rows=5000000
runs=5
store=both
growth=no
large=no
data=
build=$top/build/bench
markdown=()
while [[ $# -gt 0 ]]; do
    case $1 in
        --rows | --runs | --store | --data | --build)
            [[ $# -gt 1 ]] || wrong_usage "$1 needs a value"
            declare "${1#--}=$2"
            shift
            ;;
        --growth) growth=yes ;;
        --large) large=yes ;;
        --markdown) markdown=(--markdown "$here/README.md") ;;
        -h | --help)
            usage
            exit 0
            ;;
        *) wrong_usage "what is '$1'?" ;;
    esac
    shift
done
[[ $rows =~ ^[1-9][0-9]{1,9}$ ]] || wrong_usage "--rows is a number from 10 on, not '$rows'"
[[ $runs =~ ^[1-9][0-9]{0,3}$ ]] || wrong_usage "--runs is a number from 1 on, not '$runs'"
[[ $store =~ ^(sqlite|postgres|both)$ ]] || wrong_usage "no such store: '$store'"

build_programs() {
    install_missing "${build_packages[@]}" "${test_packages[@]}" "${bench_packages[@]}" ||
        could_not_measure "packages are missing and could not be installed"
    # The release preset leaves out the tests, and the benchmarks with them.
    (cd -- "$top" && cmake --preset release -B "$build" -DASSAY_TESTS=ON -DASSAY_BENCH=ON) >&2 ||
        could_not_measure "cmake failed"
    cmake --build "$build" --target assay make_orders make_persons bare_read micro >&2 ||
        could_not_measure "the build failed"
}

# The second time, this script runs inside a throw-away Postgres cluster.
if [[ -z ${ASSAY_BENCH_INSIDE:-} ]]; then
    build_programs
    if [[ $store != sqlite ]]; then
        status=0
        ASSAY_BENCH_INSIDE=1 "$top/.ci/postgres.sh" "$here/run.sh" "${arguments[@]}" || status=$?
        [[ $status -ne 75 ]] || could_not_measure "no Postgres server (try --store sqlite)"
        exit "$status"
    fi
fi

assay=$build/apps/assay
programs=$build/tests/bench
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
data=${data:-$work}
mkdir -p -- "$data"
plan=$work/plan

# measure DATA WHAT YARDSTICK COMMAND...: one more row of the table.
measure() {
    local command
    printf -v command '%q ' "${@:4}"
    printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$command" >>"$plan"
}

# measure_reads DATA STORE DB JOBS: the bare read, and assay with as many sessions.
measure_reads() {
    local bare="bare read, $4 at a time"
    measure "$1" "$bare" "$bare" "$programs/bare_read" "$2" "$3" orders "$4"
    measure "$1" "assay audit --jobs $4" "$bare" "$assay" audit "$3" -t orders --jobs "$4" \
        --format json -o /dev/null --fail-on never --timeout 1h
}

# In one line each: the commands pass through a shell's quotes.
duplicates_sql="SELECT count(*), sum(n - 1) FROM (SELECT count(*) AS n FROM orders"
duplicates_sql+=" GROUP BY email HAVING count(*) > 1) AS groups"
join_sql="SELECT count(*) FROM original.orders AS a FULL OUTER JOIN public.orders AS b"
join_sql+=" USING (order_id) WHERE a IS DISTINCT FROM b"

# measure_duplicates DATA STORE DB SQL-COMMAND...: the bare read of one text column, its duplicates, and
# the same by the store itself; then whole rows, none of which is there twice.
measure_duplicates() {
    local bare="bare read of email, 2 at a time"
    local dedupe=("$assay" dedupe-check "$3" -t orders --format json -o /dev/null --fail-on never
        --timeout 1h)
    measure "$1" "$bare" "$bare" "$programs/bare_read" "$2" "$3" orders 2 email
    measure "$1" "assay dedupe-check -k email" "$bare" "${dedupe[@]}" -k email
    measure "$1" "assay dedupe-check -k email --limit 0" "$bare" "${dedupe[@]}" -k email --limit 0
    measure "$1" "assay dedupe-check -k email --memory 16MiB" "$bare" "${dedupe[@]}" -k email \
        --memory 16MiB
    measure "$1" "GROUP BY email HAVING count(*) > 1" "$bare" "${@:4}" "$duplicates_sql"
    measure "$1" "assay dedupe-check, whole rows" "bare read, 2 at a time" "${dedupe[@]}"
}

# sqlite_file ROWS COLUMNS: its path; made unless it is there.
sqlite_file() {
    local file=$data/orders-$1-$2.db
    if [[ ! -e $file ]]; then
        echo "making $file" >&2
        rm -f -- "$file.part"
        "$programs/make_orders" "$1" "$2" --sqlite "$file.part"
        mv -- "$file.part" "$file"
    fi
    printf '%s\n' "$file"
}

# indexed_file ROWS: the same with an index on its timestamp, which SQLite keeps as text.
indexed_file() {
    local file=$data/orders-$1-12-indexed.db
    if [[ ! -e $file ]]; then
        cp -- "$(sqlite_file "$1" 12)" "$file.part"
        sqlite3 "$file.part" "CREATE INDEX orders_created_at ON orders (created_at)"
        mv -- "$file.part" "$file"
    fi
    printf '%s\n' "$file"
}

# What a call costs that has next to nothing to do: too short to be timed alone.
measure_start() {
    local bare="sqlite3 :memory: 'select 1'"
    local often=(bash -c 'for i in {1..50}; do "$@" || exit; done' often)
    local file now
    file=$(indexed_file $((rows / 5)))
    now=$(sqlite3 "$file" "SELECT max(created_at) FROM orders")
    measure "50 calls" "$bare" "$bare" "${often[@]}" sqlite3 :memory: "select 1"
    measure "50 calls" "assay --version" "$bare" "${often[@]}" "$assay" --version
    measure "50 calls" "assay freshness --max-age 1d, SQLite" "$bare" "${often[@]}" \
        "$assay" freshness "$file" -t orders -c created_at --now "${now/ /T}Z" --max-age 1d -o /dev/null
}

# A file of its own format, as for SQLite.
duckdb_file() {
    local file=$data/orders-$1-$2.duckdb
    if [[ ! -e $file ]]; then
        echo "making $file" >&2
        rm -f -- "$file.part"
        "$programs/make_orders" "$1" "$2" >"$work/orders.copy"
        duckdb "$file.part" "$("$programs/make_orders" --ddl postgres "$2")" >&2
        duckdb "$file.part" "COPY orders FROM '$work/orders.copy' (HEADER false, DELIMITER '\t',
            NULLSTR '\N', QUOTE '', ESCAPE '')" >&2
        rm -f -- "$work/orders.copy"
        mv -- "$file.part" "$file"
    fi
    printf '%s\n' "$file"
}

measure_duckdb() {
    local file
    if ! command -v duckdb >/dev/null; then
        echo "DuckDB: no 'duckdb' on PATH, its SUMMARIZE is left out" >&2
        return
    fi
    file=$(duckdb_file "$rows" 12)
    measure "sqlite $rows x 12" "DuckDB SUMMARIZE, 2 threads" "bare read, 2 at a time" \
        duckdb -readonly "$file" -c "SET threads = 2; SUMMARIZE orders;"
}

measure_sqlite() {
    local file
    file=$(sqlite_file "$rows" 12)
    measure_reads "sqlite $rows x 12" sqlite "$file" 1
    measure_reads "sqlite $rows x 12" sqlite "$file" 2
    measure_duplicates "sqlite $rows x 12" sqlite "$file" sqlite3 "$file"
    measure_sqlite_rows
    measure_start
    measure_near
    [[ $large == no ]] || measure_large
    measure_duckdb
    [[ $growth == yes ]] || return 0
    file=$(sqlite_file $((rows * 4)) 12)
    measure_reads "sqlite $((rows * 4)) x 12" sqlite "$file" 2
    file=$(sqlite_file $((rows / 5)) 60)
    measure_reads "sqlite $((rows / 5)) x 60" sqlite "$file" 2
}

# persons_file ROWS: its path; made unless it is there.
persons_file() {
    local file=$data/persons-$1.db
    if [[ ! -e $file ]]; then
        echo "making $file" >&2
        rm -f -- "$file.part"
        "$programs/make_persons" "$1" "$file.part"
        mv -- "$file.part" "$file"
    fi
    printf '%s\n' "$file"
}

# Near duplicates among persons. The smaller table is the yardstick of the larger one, so that the ratio
# tells the growth: ten times the rows are 12.5 times n log n.
measure_near() {
    local small="assay dedupe-check --near, 10000 rows"
    local near=(-t persons --near --format json -o /dev/null --fail-on never --timeout 1h)
    measure "sqlite persons" "$small" "$small" "$assay" dedupe-check "$(persons_file 10000)" "${near[@]}"
    measure "sqlite persons" "assay dedupe-check --near, 100000 rows" "$small" \
        "$assay" dedupe-check "$(persons_file 100000)" "${near[@]}"
}

# keys_file ROWS: a table of so many different keys, in no order; its path; made unless it is there.
keys_file() {
    local file=$data/keys-$1.db
    if [[ ! -e $file ]]; then
        echo "making $file" >&2
        rm -f -- "$file.part"
        sqlite3 "$file.part" "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
            CREATE TABLE keys (id INTEGER PRIMARY KEY, k TEXT);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
            INSERT INTO keys SELECT i, printf('%08x-%08d', i * 2654435761 & 0xffffffff, i) FROM n" >/dev/null
        mv -- "$file.part" "$file"
    fi
    printf '%s\n' "$file"
}

# More keys than --memory holds: how much goes into the temporary file, and that it is gone afterwards.
measure_large() {
    local keys=50000000 file spilled left
    local spill=$work/spill bare="bare read of k, 2 at a time"
    local dedupe=(-t keys -k k --memory 256MiB --format json --fail-on never --timeout 1h)
    file=$(keys_file "$keys")
    mkdir -p -- "$spill"
    measure "sqlite $keys keys" "$bare" "$bare" "$programs/bare_read" sqlite "$file" keys 2 k
    measure "sqlite $keys keys" "assay dedupe-check -k k --memory 256MiB" "$bare" \
        env "TMPDIR=$spill" "$assay" dedupe-check "$file" "${dedupe[@]}" -o /dev/null
    spilled=$(TMPDIR=$spill "$assay" dedupe-check "$file" "${dedupe[@]}" |
        sed -n 's/^ *"spilled_bytes": \([0-9]*\).*/\1/p')
    left=$(find "$spill" -mindepth 1 | wc -l)
    fact "sqlite $keys keys: $spilled bytes in the temporary file, $left files left in its folder"
}

# What makes a copy differ from the original in 1,000 rows, or all of a small table.
changes_sql() {
    local step=$((rows / 1000))
    echo "UPDATE orders SET amount = amount + 1 WHERE order_id % $((step > 0 ? step : 1)) = 0"
}

# measure_rows DATA A B SAME STORE-A STORE-B: every row of one side beside the other, with differences and
# with none, and the bare reads of both, one after the other.
measure_rows() {
    local read="$programs/bare_read"
    measure "$1" "bare reads of both" "bare reads of both" \
        bash -c "'$read' $5 '$2' orders 2 && '$read' $6 '$3' orders 2"
    local rows_of=(--rows -t orders --format json --fail-on never --timeout 1h)
    measure "$1" "assay volume-diff --rows" "bare reads of both" \
        "$assay" volume-diff "$2" "$3" "${rows_of[@]}" -o /dev/null
    measure "$1" "the same, no difference" "bare reads of both" \
        "$assay" volume-diff "$2" "$4" "${rows_of[@]}" -o /dev/null
    local bytes
    bytes=$("$assay" volume-diff "$2" "$3" "${rows_of[@]}" |
        sed -n 's/^ *"bytes_read": \([0-9]*\).*/\1/p')
    fact "$1: volume-diff --rows read $bytes bytes"
}

changed_sqlite_file() {
    local file=$data/orders-$1-$2-changed.db
    if [[ ! -e $file ]]; then
        cp -- "$(sqlite_file "$1" "$2")" "$file.part"
        sqlite3 "$file.part" "$(changes_sql)"
        mv -- "$file.part" "$file"
    fi
    printf '%s\n' "$file"
}

measure_sqlite_rows() {
    local file changed same
    file=$(sqlite_file "$rows" 12)
    changed=$(changed_sqlite_file "$rows" 12)
    same=$data/orders-$rows-12-same.db
    cp -- "$file" "$same"
    measure_rows "sqlite $rows x 12, sqlite" "$file" "$changed" "$same" sqlite sqlite
}

sql() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }

# postgres_database ROWS COLUMNS: makes one and tells how to connect to it.
postgres_database() {
    local name=orders_$1_$2
    local conninfo=${ASSAY_TEST_POSTGRES/dbname=postgres/dbname=$name}
    echo "filling database $name" >&2
    sql -d "$ASSAY_TEST_POSTGRES" -c "CREATE DATABASE $name"
    sql -d "$conninfo" -c "$("$programs/make_orders" --ddl postgres "$2")" \
        -c "ALTER TABLE orders SET (autovacuum_enabled = off)"
    "$programs/make_orders" "$1" "$2" | sql -d "$conninfo" -c "COPY orders FROM STDIN"
    sql -d "$conninfo" -c "VACUUM (ANALYZE) orders" -c CHECKPOINT
    printf '%s\n' "$conninfo"
}

# measure_freshness ROWS CONNINFO: what looking at an index costs beyond connecting.
measure_freshness() {
    local data="postgres $1, index on created_at"
    local now
    sql -d "$2" -c "CREATE INDEX ON orders (created_at)" -c "ANALYZE orders"
    now=$(sql -d "$2" -c "SELECT to_char(max(created_at), 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM orders")
    local freshness=("$assay" freshness "$2" -t orders -c created_at --now "$now" -o /dev/null
        --fail-on never)
    measure "$data" "connect, psql" "connect, psql" psql -X -q -d "$2" -c "SELECT 1"
    measure "$data" "assay freshness --max-age 1d" "connect, psql" "${freshness[@]}" --max-age 1d
    measure "$data" "assay freshness --backcast 30d" "connect, psql" "${freshness[@]}" \
        --max-age 1d --backcast 30d
    measure "$data" "assay freshness" "connect, psql" "${freshness[@]}"
}

# measure_postgres_rows CONNINFO: against a copy of it, in SQLite too; beside a join of both tables in one
# database, as people write it.
measure_postgres_rows() {
    local changed=${1/dbname=/dbname=changed_}
    local both="postgres $rows x 12, postgres"
    sql -d "$ASSAY_TEST_POSTGRES" \
        -c "CREATE DATABASE ${changed##*dbname=} TEMPLATE ${1##*dbname=}"
    sql -d "$changed" -c "$(changes_sql)" -c "VACUUM (ANALYZE) orders" -c "CREATE SCHEMA original"
    sql -d "$changed" -c "$("$programs/make_orders" --ddl postgres 12 | sed 's/orders/original.orders/')"
    "$programs/make_orders" "$rows" 12 | sql -d "$changed" -c "COPY original.orders FROM STDIN"
    sql -d "$changed" -c "VACUUM (ANALYZE) original.orders" -c CHECKPOINT
    local same=${1/dbname=/dbname=same_}
    sql -d "$ASSAY_TEST_POSTGRES" \
        -c "CREATE DATABASE ${same##*dbname=} TEMPLATE ${1##*dbname=}"
    sql -d "$same" -c "VACUUM (ANALYZE) orders" -c CHECKPOINT
    measure_rows "$both" "$1" "$changed" "$same" postgres postgres
    measure "$both" "FULL OUTER JOIN, psql" "bare reads of both" psql -X -q -d "$changed" \
        -c "$join_sql"
    local file
    file=$(changed_sqlite_file "$rows" 12)
    measure_rows "postgres $rows x 12, sqlite" "$1" "$file" "$(sqlite_file "$rows" 12)" postgres sqlite
}

measure_postgres() {
    local conninfo
    # The tests want every statement in the log, and a benchmark does not.
    sql -d "$ASSAY_TEST_POSTGRES" -c "ALTER ROLE postgres SET log_statement = 'none'"
    conninfo=$(postgres_database "$rows" 12)
    measure_reads "postgres $rows x 12" postgres "$conninfo" 1
    measure_reads "postgres $rows x 12" postgres "$conninfo" 2
    measure_duplicates "postgres $rows x 12" postgres "$conninfo" psql -X -q -d "$conninfo" -c
    measure "postgres $rows x 12" "hand-written SQL, psql" "bare read, 2 at a time" \
        psql -X -q -v ON_ERROR_STOP=1 -d "$conninfo" -f "$here/fused.sql"
    measure_postgres_rows "$conninfo"
    measure_freshness "$rows" "$conninfo"
    [[ $growth == yes ]] || return 0
    conninfo=$(postgres_database $((rows * 4)) 12)
    measure_reads "postgres $((rows * 4)) x 12" postgres "$conninfo" 2
    conninfo=$(postgres_database $((rows / 5)) 60)
    measure_reads "postgres $((rows / 5)) x 60" postgres "$conninfo" 2
}

facts=()
fact() { facts+=(--fact "$1"); }

: >"$plan"
server=()
if commit=$(git -C "$top" describe --always --dirty 2>/dev/null); then
    fact "assay $commit"
fi
if [[ $store != postgres ]]; then
    fact "SQLite $(sqlite3 --version | cut -d ' ' -f 1)"
    measure_sqlite
fi
if [[ $store != sqlite ]]; then
    fact "Postgres $(sql -d "$ASSAY_TEST_POSTGRES" -c 'SHOW server_version' | cut -d ' ' -f 1)"
    server=(--server-pid "$(sql -d "$ASSAY_TEST_POSTGRES" \
        -c "SELECT split_part(pg_read_file('postmaster.pid'), E'\n', 1)")")
    measure_postgres
fi
"$here/measure.py" --runs "$runs" "${server[@]}" "${facts[@]}" "${markdown[@]}" "$plan" ||
    could_not_measure "a command failed"
