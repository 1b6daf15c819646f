#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Include directions: who may include whom, and where third-party headers may appear.
# usage: .ci/check-layers.sh [FOLDER], where FOLDER holds lib/ and apps/ (default: this tree)
set -euo pipefail
cd -- "${1:-$(dirname -- "${BASH_SOURCE[0]}")/..}"
export LC_ALL=C.UTF-8

# Every layer, in the order data flows, and what it may include apart from itself. Directions are
# closed: who may include metric may also include what metric is made of.
declare -A may_include=(
    [base]=""
    [table]="base"
    [sketch]="base"
    [match]="base"
    [store]="base table"
    [metric]="base table sketch"
    [history]="base table sketch metric"
    [check]="base table sketch metric"
    [scan]="base table sketch store metric"
    [report]="base table sketch metric check"
    [config]="base table sketch metric check"
    [command]="base table sketch match store metric check scan report history config"
)

# Header pattern, then the folders that may include it.
third_party=(
    '^(pqxx/|libpq-fe\.h|libpq/)' 'lib/assay/store/postgres'
    '^(SQLiteCpp/|sqlite3\.h)' 'lib/assay/store/sqlite lib/assay/history'
    '^nlohmann/' 'lib/assay/metric lib/assay/report lib/assay/config lib/assay/history'
    '^yaml-cpp/' 'lib/assay/config'
    '^CLI/' 'apps/assay'
)

problems=0
problem() {
    printf '%s: %s\n' "$1" "$2"
    problems=$((problems + 1))
}

# check_layer FILE:LINE LAYER HEADER
check_layer() {
    local used=${3#assay/}
    used=${used%%/*}
    [[ $used != "$2" ]] || return 0
    if [[ -z ${may_include[$2]+known} ]]; then
        problem "$1" "layer '$2' is not known to .ci/check-layers.sh"
    elif [[ " ${may_include[$2]} " != *" $used "* ]]; then
        problem "$1" "$2 may not include $used (\"$3\")"
    fi
}

# check_third_party FILE:LINE HEADER
check_third_party() {
    local i folder
    for ((i = 0; i < ${#third_party[@]}; i += 2)); do
        [[ $2 =~ ${third_party[i]} ]] || continue
        for folder in ${third_party[i + 1]}; do
            [[ $1 != "$folder"/* ]] || return 0
        done
        problem "$1" "<$2> belongs in ${third_party[i + 1]} only"
    done
}

includes=$(grep -rnHE --include='*.hpp' --include='*.cpp' '^[[:space:]]*#[[:space:]]*include' lib apps || true)
[[ -n $includes ]] || { echo "no includes found under $PWD" >&2; exit 1; }
pattern='^([^:]+:[0-9]+):[[:space:]]*#[[:space:]]*include[[:space:]]*([<"])([^>"]+)[>"]'
while IFS= read -r line; do
    [[ $line =~ $pattern ]] || { problem "$line" "include not understood"; continue; }
    place=${BASH_REMATCH[1]} header=${BASH_REMATCH[3]}
    if [[ $header == assay/* && $place == lib/assay/* ]]; then
        layer=${place#lib/assay/}
        check_layer "$place" "${layer%%/*}" "$header"
    elif [[ $header == assay/* && $place == apps/* && ! -e apps/$header ]]; then
        check_layer "$place" command "$header"
    fi
    check_third_party "$place" "$header"
    # Concrete stores stay behind make_store(): no driver type leaves its folder.
    if [[ $header =~ ^assay/store/(postgres|sqlite)/ && $place != lib/assay/store/* ]]; then
        problem "$place" "\"$header\" is private to the store"
    fi
done <<<"$includes"

# The library neither prints nor ends the process.
if grep -rnE --include='*.hpp' --include='*.cpp' 'std::(cout|cerr|clog|exit|abort|terminate|quick_exit)\b|[^_a-z:](printf|puts|isatty)\(' lib |
    grep -vE '^[^:]+:[0-9]+:[[:space:]]*//' | sed 's/$/   <- the library neither prints nor exits/'; then
    problems=$((problems + 1))
fi

# Two types of one name in one program are one type to the linker, and it takes either.
twice=$(find lib -name '*.hpp' -exec awk '
    /^namespace [a-z:]+ \{/ { space = $2 }
    match($0, /^(struct|class|enum class) [A-Za-z0-9_]+[^A-Za-z0-9_:]/) && /[{]|[^;]$/ {
        name = substr($0, RSTART, RLENGTH - 1)
        sub(/.* /, "", name)
        print space "::" name, FILENAME
    }' {} + | awk '{ files[$1] = files[$1] " " $2; count[$1]++ }
    END { for (name in count) if (count[name] > 1) print name files[name] }')
if [[ -n $twice ]]; then
    problem "$twice" "two types of one name"
fi

echo "$(wc -l <<<"$includes") includes, $problems problems"
[[ $problems -eq 0 ]]
