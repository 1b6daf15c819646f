# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Sourced by tests/run.sh, tests/bench/run.sh and examples/quickstart.sh: the Debian 12 packages,
# and how to get them.

# shellcheck disable=SC2034 # used by those who source this
build_packages=(
    g++ cmake ninja-build ccache pkg-config
    libcli11-dev libfmt-dev libhowardhinnant-date-dev libpq-dev libpqxx-dev
    libsqlite3-dev libsqlitecpp-dev libutf8proc-dev libxxhash-dev nlohmann-json3-dev scdoc tzdata
)
# shellcheck disable=SC2034 # as above
test_packages=(
    catch2 clang-format librapidcheck-dev openssl pgbouncer postgresql procps proj-data python3 python3-jsonschema
    shellcheck sqlite3
)
# shellcheck disable=SC2034 # as above; only tests/bench/run.sh wants them
bench_packages=(libbenchmark-dev)

# install_missing PACKAGE...: what dpkg does not know yet, as root or through sudo.
install_missing() {
    local package missing=() as_root=()
    command -v dpkg-query >/dev/null || return 0 # not a Debian: CMake will name what it misses
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            missing+=("$package")
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0
    if [[ $(id -u) -ne 0 ]]; then
        if ! command -v sudo >/dev/null; then
            echo "missing packages, and no sudo to install them: ${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    echo "installing ${missing[*]}" >&2
    "${as_root[@]}" apt-get update -qq >&2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -qq -y --no-install-recommends "${missing[@]}" </dev/null >&2
}
