#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# .ci/check-layers.sh finds what it is there for.
set -euo pipefail
check=$ASSAY_SOURCE/.ci/check-layers.sh
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT

failures=0
# expect STATUS FILE LINE: a tree with that one line in that file
expect() {
    local status=0
    rm -rf -- "${folder:?}/lib" "${folder:?}/apps"
    mkdir -p -- "$folder/lib/assay/base" "$folder/apps/assay" "$(dirname -- "$folder/$2")"
    echo '#include <string>' >"$folder/lib/assay/base/any.hpp"
    printf '%s\n' "$3" >"$folder/$2"
    "$check" "$folder" >"$folder/out" || status=$?
    if [[ $status -ne $1 ]]; then
        echo "status $status instead of $1 for $2: $3"
        cat "$folder/out"
        failures=$((failures + 1))
    fi
}

expect 0 lib/assay/metric/a.cpp '#include "assay/sketch/kll.hpp"'
expect 1 lib/assay/metric/a.cpp '#include "assay/store/store.hpp"'
expect 1 lib/assay/base/a.cpp '#include "assay/table/table.hpp"'
expect 1 lib/assay/check/a.cpp '#  include "assay/scan/plan.hpp"'
expect 1 lib/assay/report/a.cpp '#include "assay/store/store.hpp"'
expect 1 lib/assay/newcomer/a.cpp '#include "assay/base/text.hpp"'
expect 0 lib/assay/store/postgres/a.cpp '#include <pqxx/pqxx>'
expect 1 lib/assay/store/a.cpp '#include <pqxx/pqxx>'
expect 1 lib/assay/store/postgres/a.cpp '#include <sqlite3.h>'
expect 1 lib/assay/command/a.cpp '#include <nlohmann/json.hpp>'
expect 1 lib/assay/command/a.cpp '#include <CLI/CLI.hpp>'
expect 0 apps/assay/a.cpp '#include <CLI/CLI.hpp>'
expect 1 apps/assay/a.cpp '#include "assay/store/postgres/connection.hpp"'
expect 1 lib/assay/base/a.cpp 'void f() { std::cout << 1; }'
expect 1 lib/assay/base/a.cpp 'void f() { std::exit(1); }'
expect 1 lib/assay/base/b.hpp $'namespace assay {\nstruct A {\n};\nenum class A : char { a };\n}'
expect 0 lib/assay/base/b.hpp $'namespace assay {\nstruct A;\nstruct A {\n};\nclass A::B {\n};\n}'
[[ $failures -eq 0 ]]
