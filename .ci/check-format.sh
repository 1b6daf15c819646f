#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every C++ file looks as .clang-format says. Mend with: .ci/check-format.sh --fix
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
mode=(--dry-run -Werror)
[[ ${1:-} != --fix ]] || mode=(-i)
mapfile -d '' files < <(find lib apps tests \( -name '*.cpp' -o -name '*.hpp' \) -print0 | sort -z)
[[ ${#files[@]} -gt 0 ]] || { echo "no C++ files found" >&2; exit 1; }
clang-format "${mode[@]}" "${files[@]}"
echo "${#files[@]} files"
