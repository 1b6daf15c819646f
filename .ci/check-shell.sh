#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every shell script passes shellcheck.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
mapfile -d '' files < <(find .ci examples tests \( -name '*.sh' -o -path .ci/run \) -print0 | sort -z)
[[ ${#files[@]} -gt 0 ]] || { echo "no scripts found" >&2; exit 1; }
shellcheck -x "${files[@]}"
echo "${#files[@]} scripts"
