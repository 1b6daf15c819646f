#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The runner of .case files passes what is right and fails what is wrong.
# Called with the path of assay, beside which the runner was built.
set -euo pipefail
runner=$(dirname -- "$1")/../tests/cases/run_cases
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
cd -- "$folder"

# A stand-in that prints its arguments, one a line, or the file that the first one names.
cat >fake <<'SH'
#!/bin/sh
if [ "$1" = print ]; then cat "$2"; exit "$3"; fi
printf '%s\n' "$@"
echo "in 0.8 s" >&2
exit 1
SH
chmod +x fake

cat >good.case <<'CASE'
# words, quotes and places
-- setup
CREATE TABLE t (a INTEGER);
INSERT INTO t VALUES (1);
-- run
assay one 'two  three' "fo\"ur" ${STORE} \
  five
-- stdout
one
two  three
fo"ur
${STORE}
five
-- stderr
in ${TIME}
-- exit 1
CASE

failures=0
# expect STATUS FILE WHAT
expect() {
    local status=0
    "$runner" fake sqlite "$2" >out 2>&1 || status=$?
    if [[ $status -ne $1 ]]; then
        echo "$3: status $status instead of $1"
        cat out
        failures=$((failures + 1))
    fi
}

expect 0 good.case "what is right"
sed 's/^five$/six/' good.case >bad.case
expect 1 bad.case "a wrong line of stdout"
sed 's/^in .*TIME.*$//' good.case >bad.case
expect 1 bad.case "a missing line of stderr"
sed 's/^-- exit 1/-- exit 0/' good.case >bad.case
expect 1 bad.case "a wrong exit status"
sed '/^-- exit 1/d' good.case >bad.case
expect 1 bad.case "no exit status"
sed 's/INSERT INTO t/INSERT INTO missing/' good.case >bad.case
expect 1 bad.case "a setup that fails"
sed 's/^five$/six/; s/^-- exit 1/-- exit 3/; /^-- stderr/,/TIME/d' good.case >bad.case
ASSAY_UPDATE_CASES=1 expect 0 bad.case "an update"
cmp -- good.case bad.case || failures=$((failures + 1))

# A document without what the schema asks for is refused, whatever else the case expects.
echo '{"schema_version": "1.0"}' >document.json
cat >json.case <<CASE
-- run
assay print $folder/document.json 0
-- json schema_version "1.0"
-- exit 0
CASE
expect 1 json.case "a document that does not follow the schema"
grep -q 'does not follow its schema' out || { cat out; failures=$((failures + 1)); }
[[ $failures -eq 0 ]]
