#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A life in cron: many runs that overlap, one history, no run lost, silent while all is well.
# usage: tests/cli/cron.sh PROGRAM
set -u
assay=$1
# shellcheck source-path=SCRIPTDIR source=../support/checks.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../support/checks.sh"

# Made with python3, which every machine that builds assay has.
python3 - "$folder/shop.db" <<'PYTHON'
import sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, paid_at TEXT)")
database.execute("INSERT INTO orders VALUES (1, '2026-01-31 05:00:00')")
database.commit()
PYTHON

# Called by xargs.
# shellcheck disable=SC2317
one_run() {
    "$assay" freshness "$folder/shop.db" -t orders --max-age 2h --now 2026-01-31T06:00:00Z \
        --assume-tz UTC --history "$folder/history.db" -q >"$folder/out.$1" 2>&1
    echo $? >"$folder/status.$1"
}

runs=200
export assay folder
export -f one_run
seq "$runs" | xargs -P 8 -I{} bash -c "one_run {}"

check "case 275: every run that was fresh is exit status 0" \
    test "$(cat "$folder"/status.* | sort | uniq -c | tr -s ' ')" = " $runs 0"
check "case 275: a fresh table says nothing under -q" test -z "$(cat "$folder"/out.*)"
kept=$(python3 -c 'import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM run").fetchone()[0])' \
    "$folder/history.db")
check "case 275: $runs runs that overlap are all kept" test "$kept" -eq "$runs"
check "case 275: no history was moved aside" test -z "$(find "$folder" -name '*corrupt*')"
exit "$failed"
