#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# How a run ends when it is told to: partial result, then the signal itself.
# usage: tests/cli/signals.sh PROGRAM
set -u
# Job control, or background jobs would ignore SIGINT.
set -m
assay=$1
# shellcheck source-path=SCRIPTDIR source=../support/checks.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../support/checks.sh"

# Wait until a process has its signals blocked, which it does once it watches for them. Before it is the
# program, it is a shell that blocks signals for a moment, and would clean up after the test.
wait_until_watching() {
    local program=${assay##*/} blocked name _
    for _ in $(seq 500); do
        blocked=$(sed -n 's/^SigBlk:\t//p' "/proc/$1/status" 2>/dev/null)
        name=$(cat "/proc/$1/comm" 2>/dev/null)
        [[ $blocked =~ ^0+$ || -z $blocked || $name != "${program:0:15}" ]] || return 0
        sleep 0.02
    done
    return 1
}

# A report that waits for stdin runs until somebody ends it.
mkfifo "$folder/never"
exec 9<>"$folder/never"

# start ARGUMENT...: leaves the process in $pid.
start() {
    "$assay" report "$@" <"$folder/never" >"$folder/out" 2>"$folder/err" &
    pid=$!
    wait_until_watching "$pid"
}

for signal in INT:130 TERM:143 HUP:129; do
    start --json
    kill -s "${signal%:*}" "$pid"
    wait "$pid" 2>/dev/null
    status=$?
    check "case 260: SIG${signal%:*} is exit status ${signal#*:}" test "$status" -eq "${signal#*:}"
    check "case 260: SIG${signal%:*} leaves a document that says it is incomplete" \
        grep -q '"complete": *false' "$folder/out"
    check "case 260: SIG${signal%:*} is in the document as exit status" \
        grep -q "\"exit_code\": *${signal#*:}" "$folder/out"
    check "case 260: SIG${signal%:*} is answered at once on stderr" grep -q 'interrupted' "$folder/err"
done

(
    trap '' HUP
    exec "$assay" report --json <"$folder/never" >"$folder/out" 2>"$folder/err"
) &
pid=$!
wait_until_watching "$pid"
kill -s HUP "$pid"
sleep 0.2
check "case 260: nohup keeps its meaning" kill -0 "$pid"
kill -s TERM "$pid"
wait "$pid" 2>/dev/null
status=$?
check "case 260: a run under nohup can still be ended" test "$status" -eq 143

start --json -o "$folder/result.json"
kill -s TERM "$pid"
wait "$pid" 2>/dev/null
check "case 260: an interrupted run leaves its file whole" grep -q '"complete": *false' "$folder/result.json"
check "case 260: an interrupted run leaves no temporary file" test -z "$(find "$folder" -name 'result.json.*')"

"$assay" audit 'postgresql://app:hunter2@127.0.0.1:1/x' -o /nowhere/x 2>"$folder/err"
status=$?
check "case 260: an output that cannot work is exit status 3 before anything is opened" test "$status" -eq 3

"$assay" report - "password=hunter2" <"$folder/never" >/dev/null 2>&1 &
pid=$!
wait_until_watching "$pid"
check "case 250: the process list does not show a password" \
    bash -c "! tr '\\0' ' ' <'/proc/$pid/cmdline' | grep -q hunter2"
kill -s TERM "$pid"
wait "$pid" 2>/dev/null

exit "$failed"
