#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# From a fresh Debian 12 to a first report: installs what is missing, builds assay, makes a small
# shop with planted faults and lets assay find them. Can be run again.
#
# usage: quickstart.sh [PRESET]   PRESET of CMakePresets.json, default: release
set -euo pipefail
export LC_ALL=C.UTF-8
umask 022
top=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd -- "$top"
# shellcheck source-path=SCRIPTDIR source=../.ci/packages.sh
source .ci/packages.sh
preset=${1:-release}
assay=build/$preset/apps/assay
reports=$(mktemp)
trap 'rm -f -- "$reports"' EXIT

step() { printf '\n== %s\n' "$1"; }

make_shop() {
    rm -f -- examples/shop.db examples/shop_backup.db
    sqlite3 -bail examples/shop.db <examples/shop.sql
    # A backup that missed the last orders, and in which somebody changed two prices.
    cp -- examples/shop.db examples/shop_backup.db
    sqlite3 -bail examples/shop_backup.db \
        'DELETE FROM orders WHERE order_id > 7980;
         UPDATE products SET price = price + 1 WHERE product_id IN (7, 70);'
}

# explain STATUS: what an exit status of assay means.
explain() {
    case $1 in
        0) echo "0: every check ran, and nothing critical was found" ;;
        1) echo "1: the run is complete, and the data is bad" ;;
        2) echo "2: the call was wrong" ;;
        3) echo "3: something could not be looked at" ;;
        *) echo "$1: assay was killed" ;;
    esac
}

# try ARGUMENT...: run assay; with these faults its exit status has to be 1.
try() {
    local status=0
    step "$assay $*"
    "$assay" "$@" | tee -a "$reports" || status=$?
    printf 'exit status %s\n' "$(explain "$status")"
    [[ $status -eq 1 ]] || { echo "quickstart: expected exit status 1" >&2; exit 1; }
}

# Every fault that shop.sql plants stands in a report: the check and, in the same line, the place.
check_planted_faults() {
    local id place count=0
    while read -r id place; do
        count=$((count + 1))
        grep -F -- "$id " "$reports" | grep -qF -- " $place" ||
            { echo "quickstart: the planted fault '$id $place' was not found" >&2; exit 1; }
    done < <(sed -n 's/^.*FAULT \([a-z_]*\.[a-z_]*\) \([^ ]*\).*$/\1 \2/p' examples/shop.sql)
    [[ $count -gt 0 ]] || { echo "quickstart: shop.sql plants no fault" >&2; exit 1; }
    step "all $count planted faults were found"
}

step "packages"
install_missing "${build_packages[@]}" sqlite3
echo "all there"

step "build, into build/$preset"
cmake --preset "$preset" >/dev/null
cmake --build --preset "$preset"

step "an example: examples/shop.db, made from examples/shop.sql"
make_shop

try freshness examples/shop.db -t events --max-age 1d
try dedupe-check examples/shop.db -t customers -k email
try audit examples/shop.db
check_planted_faults

cat <<TEXT

Try next:
  $assay volume-diff examples/shop.db examples/shop_backup.db --rows
      which rows the backup lacks, and which columns differ
  $assay audit examples/shop.db -t orders --json
      everything that is known of the orders, column by column
  $assay audit examples/shop.db --explain
      what would be read, without reading it
TEXT
