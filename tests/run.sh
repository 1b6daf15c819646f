#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Everything that is tested, in one command: installs what is missing, builds, starts a private
# Postgres in a temporary directory, runs all tests, stops it and leaves nothing behind.
set -euo pipefail
unset CDPATH GREP_OPTIONS LANGUAGE
export LC_ALL=C.UTF-8
umask 022
top=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source-path=SCRIPTDIR source=../.ci/packages.sh
source "$top/.ci/packages.sh"

usage() {
    cat <<TEXT
usage: tests/run.sh [--preset NAME] [--without-postgres] [CTEST ARGUMENT...]

  --preset NAME        the preset of CMakePresets.json to build and test (default: dev)
  --without-postgres   skip, visibly, what needs a Postgres server
  CTEST ARGUMENT       handed to ctest, such as -L cases or -R freshness

The last line is 'N passed, M failed'. Exit status: 0 all passed, 1 a test failed or was skipped
that must not be, 2 wrong usage, 3 the tests could not be run.
TEXT
}

preset=dev
postgres=yes
ctest_arguments=()
while [[ $# -gt 0 ]]; do
    case $1 in
        --preset)
            preset=${2:?--preset needs the name of a preset}
            shift
            ;;
        --preset=*) preset=${1#*=} ;;
        --without-postgres) postgres=no ;;
        -h | --help)
            usage
            exit 0
            ;;
        *) ctest_arguments+=("$1") ;;
    esac
    shift
done

could_not_run() {
    printf 'tests/run.sh: %s\n' "$1" >&2
    echo "0 passed, 0 failed (not run: $1)"
    exit 3
}

# What is there, so that a reader of the log knows what was not tested.
announce_data() {
    export ASSAY_TEST_DATA=${ASSAY_TEST_DATA:-$top/../shared/data}
    if [[ -d $ASSAY_TEST_DATA ]]; then
        ASSAY_TEST_DATA=$(cd -- "$ASSAY_TEST_DATA" && pwd)
        echo "real data: $ASSAY_TEST_DATA"
    else
        echo "real data: NOT FOUND at $ASSAY_TEST_DATA, tests on it will be skipped (set ASSAY_TEST_DATA)"
        unset ASSAY_TEST_DATA
    fi
}

run_ctest() {
    local lane=()
    if [[ $postgres == yes ]]; then
        lane=("$top/.ci/postgres.sh")
        export ASSAY_REQUIRE_POSTGRES=1
    else
        echo "Postgres: left out (--without-postgres), its tests will be skipped"
        unset ASSAY_TEST_POSTGRES ASSAY_REQUIRE_POSTGRES
    fi
    "${lane[@]}" ctest --preset "$preset" --output-junit "$results" "${ctest_arguments[@]}"
}

# attribute NAME: a number of the <testsuite> element, which is the whole run.
attribute() {
    sed -n "/<testsuite/,/>/s/^.*[[:space:]]$1=\"\([0-9]*\)\".*\$/\1/p" "$results" | head -n 1
}

# What failed, once more at the end: the whole output of a test can be long, and logs are cut.
tell_failures() {
    echo "what failed:"
    awk -F '"' '/<testcase/ { name = /status="fail"/ ? $2 : ""; told = 0
                              if (name != "") print "  " name }
        /<\/system-out>/ { name = "" }
        name != "" && /not ok|FAILED|Traceback|THE TEST GAVE UP/ { rest = 6 }
        name != "" && rest-- > 0 && told++ < 40 { print "    " substr($0, 1, 400) }' "$results"
}

cd -- "$top"
install_missing "${build_packages[@]}" "${test_packages[@]}" ||
    could_not_run "packages are missing and could not be installed"
announce_data
cmake --preset "$preset" >/dev/null || could_not_run "cmake --preset $preset failed"
cmake --build --preset "$preset" || could_not_run "the build failed"

results=$top/build/$preset/results.xml
rm -f -- "$results"
status=0
run_ctest || status=$?
[[ $status -ne 75 ]] || could_not_run "no Postgres server (--without-postgres leaves its tests out)"
[[ -s $results ]] || could_not_run "ctest ended with status $status and no result"

total=$(attribute tests)
failed=$(attribute failures)
skipped=$(($(attribute skipped) + $(attribute disabled)))
passed=$((total - failed - skipped))
[[ $total -gt 0 ]] || could_not_run "no tests"
if [[ $postgres == yes ]] && grep -q 'SKIPPED: no Postgres' "$results"; then
    echo "skipped, although there is a Postgres:" >&2
    awk -F '"' '/<testcase/ { name = $2 } /SKIPPED: no Postgres/ { print "  " name }' "$results" >&2
    status=1
fi
[[ $status -eq 0 || $failed -gt 0 ]] || echo "ctest: exit status $status" >&2
[[ $failed -eq 0 ]] || tell_failures
echo "tests: $total"
if [[ $skipped -gt 0 ]]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[[ $status -eq 0 && $failed -eq 0 && $passed -gt 0 ]] || exit 1
