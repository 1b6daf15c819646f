// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_memory.hpp"
#include "assay/command/run.hpp"

#include <catch2/catch.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

using namespace assay;

namespace {

constexpr std::size_t mib = std::size_t{1} << 20U;

std::string folder_of(const std::optional<std::string>& tmpdir) {
    return temporary_folder([&](const std::string& name) {
        return name == "TMPDIR" ? tmpdir : std::optional<std::string>("wrong");
    });
}

std::string words_of(const LikelyRows& likely, std::size_t memory, std::size_t keys = 1) {
    const std::string words = words_of_memory(likely, keys, memory, "/var/tmp");
    const std::size_t begin = words.find(": ") + 2;
    return words.substr(begin, words.rfind("; if there are groups") - begin);
}

} // namespace

TEST_CASE("temporary files go where TMPDIR says, and to /tmp without it") {
    CHECK(folder_of("/scratch") == "/scratch");
    CHECK(folder_of("") == "/tmp");
    CHECK(folder_of(std::nullopt) == "/tmp");
}

TEST_CASE("a plan says whether a temporary file is to be expected") {
    CHECK(words_of({1'000'000}, 256 * mib) == "about 24.0 MB, which --memory holds");
    CHECK(words_of({5'000'000, "at most"}, mib) ==
          "at most 120 MB, of which --memory holds 655 kB; the rest goes into a temporary file "
          "in /var/tmp");
    CHECK(words_of({1'000'000}, 256 * mib, 3) == "about 72.0 MB, which --memory holds");
    CHECK(words_of({}, mib, 2) == "beyond 13,653 rows in a temporary file in /var/tmp");
    CHECK(words_of({}, mib) == "beyond 27,306 rows in a temporary file in /var/tmp");
}

TEST_CASE("folded keys take a third more") {
    CHECK(words_of_folded_memory({1'000'000}, 256 * mib, "/tmp") ==
          "128-bit fingerprints of every key as it is and folded, 32 bytes a row: about 32.0 MB, "
          "which --memory holds; read once more if there are groups to show");
}

TEST_CASE("what was said, and when, takes as much as a key and its place") {
    CHECK(words_of_retry_memory({1'000'000}, 256 * mib, "/tmp") ==
          "fingerprints of who said what, and when, 24 bytes a row: about 24.0 MB, which --memory "
          "holds; read once more to show bursts");
    CHECK(words_of_retry_memory({}, mib, "/var/tmp") ==
          "fingerprints of who said what, and when, 24 bytes a row: beyond 27,306 rows in a "
          "temporary file in /var/tmp; read once more to show bursts");
}

TEST_CASE("a plan says what the texts of near duplicates take of the memory") {
    CHECK(words_of_near_memory({10'000}, 4, 1'000'000, 256 * mib) ==
          "held in memory, which takes at most 33.3 MB of --memory");
    CHECK(words_of_near_memory({100'000}, 10, 10'000'000, 256 * mib) ==
          "held in memory, which takes from 66.7 MB of --memory, where texts repeat, to 613 MB, "
          "where all are different; with 268 MB the check may end in an error");
    CHECK(words_of_near_memory({1'000'000}, 10, 10'000'000, 256 * mib) ==
          "held in memory, which takes at least 667 MB of --memory: with 268 MB the check would "
          "end in an error");
    CHECK(words_of_near_memory({1'000}, 2, std::nullopt, 64 * 1024) ==
          "held in memory, which takes 667 kB of --memory and more");
    CHECK(words_of_near_memory({1'000}, 2, 10'000, 64 * 1024) ==
          "held in memory, which takes at most 1.9 MB of --memory"); // a small table always fits
    CHECK(words_of_near_memory({}, 2, 10'000, mib) ==
          "held in memory: nobody knows how many there are, and whether --memory is enough");
}

TEST_CASE("rowids tell how many rows a table of SQLite can have") {
    TableSchema table;
    const std::vector<ScanPart> dense{{0, 11, 500}, {1, 501, 1'010}};
    CHECK(likely_rows(table, StoreKind::sqlite, dense).rows == 1'000);
    CHECK(likely_rows(table, StoreKind::sqlite, dense).how == "at most");
    const std::vector<ScanPart> sparse{
        {0, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}};
    CHECK_FALSE(likely_rows(table, StoreKind::sqlite, sparse).rows.has_value());
    CHECK_FALSE(likely_rows(table, StoreKind::sqlite, {}).rows.has_value());
    CHECK_FALSE(likely_rows(table, StoreKind::postgresql, dense).rows.has_value());
    table.stats.row_estimate = 77;
    CHECK(likely_rows(table, StoreKind::sqlite, dense).rows == 77);
    CHECK(likely_rows(table, StoreKind::sqlite, dense).how == "about");
}
