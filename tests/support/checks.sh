#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# For scripts that test the program from outside, to be sourced: check(), a folder of their own that
# goes away with them, and `failed`, their exit status.
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
failed=0

# check SENTENCE COMMAND...: ok when the command succeeds.
check() {
    local sentence=$1
    shift
    if "$@"; then
        printf 'ok - %s\n' "$sentence"
    else
        printf 'not ok - %s\n' "$sentence"
        # shellcheck disable=SC2034
        failed=1
    fi
}
