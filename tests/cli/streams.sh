#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the program does when its streams are closed, full or gone.
# usage: tests/cli/streams.sh PROGRAM
set -u
assay=$1
# shellcheck source-path=SCRIPTDIR source=../support/checks.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../support/checks.sh"

# A saved result that holds one check that passed: report needs no database to print it.
cat >"$folder/good.json" <<'JSON'
{"schema_version": "1.0", "tool": {"name": "assay", "version": "0.1.0"},
 "run": {"id": "x", "command": "audit", "arguments": [], "started_at": "2026-01-31T06:00:00Z",
         "finished_at": "2026-01-31T06:00:00Z", "duration_ms": 0, "complete": true, "exit_code": 0},
 "sources": [], "tables": [],
 "checks": [{"id": "schema.no_primary_key", "table": "public.orders", "columns": [], "status": "pass",
             "severity": "warning", "observed": {"value": null, "unit": ""}, "expected": "",
             "message": "", "remedy": "", "method": "exact", "evidence": {},
             "fingerprint": "0123456789abcdef", "duration_ms": 0}],
 "notes": []}
JSON

"$assay" report "$folder/good.json" --json >"$folder/out" 2>"$folder/err"
status=$?
check "a good result is exit status 0" test "$status" -eq 0
check "a good result says nothing on stderr" test ! -s "$folder/err"

"$assay" report "$folder/good.json" >/dev/full 2>"$folder/err"
status=$?
check "case 262: a full disk is exit status 3" test "$status" -eq 3
check "case 262: a full disk is named on stderr" grep -q 'could not write the result to stdout: No space left' "$folder/err"

"$assay" report "$folder/good.json" >&- 2>"$folder/err"
status=$?
check "case 262: a closed stdout is exit status 3" test "$status" -eq 3
check "case 262: a closed stdout is named on stderr" grep -q 'could not write the result to stdout' "$folder/err"

"$assay" report "$folder/good.json" -o "$folder/kept.json" --json >&-
status=$?
check "case 262: a closed stdout does not matter when a file is named" test "$status" -eq 0
check "the file has the result" grep -q '"complete": *true' "$folder/kept.json"
check "the file is for its owner only" test "$(stat -c %a "$folder/kept.json")" = 600

"$assay" report "$folder/good.json" --json >"$folder/out" 2>&-
status=$?
check "case 262: a closed stderr does not matter" test "$status" -eq 0
"$assay" report "$folder/none.json" --json >"$folder/out" 2>&-
status=$?
check "case 262: a closed stderr does not change the exit status of a failure" test "$status" -eq 3
check "case 262: nothing of stderr ends in stdout" grep -q '"complete": *false' "$folder/out"
"$assay" report "$folder/none.json" >/dev/null 2>/dev/full
status=$?
check "case 262: a full stderr does not change the exit status" test "$status" -eq 3

"$assay" report --json <&- >"$folder/out" 2>"$folder/err"
status=$?
check "case 262: a closed stdin is exit status 3 for a report that reads it" test "$status" -eq 3
"$assay" report --json </dev/null >"$folder/out" 2>"$folder/err"
status=$?
check "case 262: an empty stdin is exit status 3" test "$status" -eq 3
check "case 262: an empty stdin is said" grep -q 'stdin is empty' "$folder/err"
"$assay" report - --json <"$folder/good.json" >"$folder/out" 2>"$folder/err"
status=$?
check "- reads stdin" test "$status" -eq 0

{
    "$assay" report "$folder/good.json" --json 2>"$folder/err"
    echo $? >"$folder/status"
} | true
check "case 261: a reader that has gone is no error" test "$(cat "$folder/status")" -eq 0
check "case 261: a reader that has gone is no message" test ! -s "$folder/err"

"$assay" --help >/dev/full 2>"$folder/err"
status=$?
check "case 262: help that cannot be written is exit status 3" test "$status" -eq 3
"$assay" >"$folder/out" 2>"$folder/err"
status=$?
check "no arguments are exit status 2" test "$status" -eq 2
check "no arguments print nothing on stdout" test ! -s "$folder/out"
check "no arguments show how to begin" grep -q 'assay audit' "$folder/err"

"$assay" --version >"$folder/out"
check "the first line of --version is the name and the version" \
    grep -qxE 'assay [0-9]+\.[0-9]+\.[0-9]+' <(head -n 1 "$folder/out")
check "--version names the libraries" grep -qE '^SQLite 3\.' "$folder/out"

exit "$failed"
