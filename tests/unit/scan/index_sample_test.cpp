// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/index_sample.hpp"
#include "time_tables.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string>

using namespace assay;
using namespace assay::test;

namespace {

IndexSample sample_of(std::int64_t row_bytes, std::int64_t entry_bytes) {
    return {4096, 2000, {{row_bytes, entry_bytes, true}}};
}

/// The sample of the only index of a table of SQLite.
IndexSample read_sample(const std::string& sql) {
    const TempDir folder;
    run_sqlite(folder.file("t.db"), sql);
    Opened opened(sqlite_location(folder.file("t.db")));
    REQUIRE(opened.table.indexes.size() == 1);
    return read_index_sample(*opened.session, opened.table, opened.table.indexes.front(),
                             "\"rowid\"");
}

std::string rows_sql(const std::string& columns, const std::string& values, int rows = 3000) {
    return fmt::format("CREATE TABLE t ({}); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + "
                       "1 FROM n WHERE i < {}) INSERT INTO t SELECT {} FROM n;",
                       columns, rows, values);
}

} // namespace

TEST_CASE("an index is read where its entries are six times smaller than the rows") {
    CHECK(reason_to_read_table(sample_of(120, 20), 1) == "");
    CHECK(reason_to_read_table(sample_of(119, 20), 1) ==
          "a row of the table takes about 119 bytes, an entry of the index 20: a scan of the table "
          "by 1 session takes less time");
    // Those who share the table read as much each as the one who reads the index.
    CHECK(reason_to_read_table(sample_of(239, 20), 2) ==
          "a row of the table takes about 239 bytes, an entry of the index 20: a scan of the table "
          "by 2 sessions takes less time");
    CHECK(reason_to_read_table(sample_of(240, 20), 2) == "");
    CHECK(reason_to_read_table(sample_of(1500, 20), 0) == "");
}

TEST_CASE("what counts are the averages of the rows that were looked up") {
    IndexSample sample{4096, 2000, {{30, 10, true}, {150, 20, true}, {150, 0, true}}};
    CHECK(words_of_sample(sample) ==
          "a row of the table takes about 110 bytes, an entry of the index 10");
    CHECK(reason_to_read_table(sample, 1) == "");
    sample.sampled.push_back({0, 30, true});
    CHECK(reason_to_read_table(sample, 1) != "");
}

TEST_CASE("a small table is read itself, and one whose index misses a row") {
    IndexSample sample = sample_of(1500, 20);
    sample.rows = 1999;
    CHECK(reason_to_read_table(sample, 1) == "it has fewer than 2,000 entries");
    sample.rows = 2000;
    sample.sampled.push_back({1500, 20, false});
    CHECK(reason_to_read_table(sample, 1) ==
          "it is damaged and misses rows of the table: REINDEX mends it");
}

TEST_CASE("what does not fit a page lies in pages of its own") {
    CHECK(local_bytes(100, 4096) == 100);
    CHECK(local_bytes(4061, 4096) == 4061);
    CHECK(local_bytes(4062, 4096) == 489); // the rest would not fill the other page
    CHECK(local_bytes(489 + 4092 + 7, 4096) == 489 + 7);
    for (std::int64_t bytes = 0; bytes < 100'000; bytes += 37) {
        CHECK(local_bytes(bytes, 512) <= 477);
    }
}

TEST_CASE("a sample knows how long rows and entries are") {
    const IndexSample sample =
        read_sample("PRAGMA page_size = 8192;" +
                    rows_sql("k TEXT, b BLOB, n, r REAL, v TEXT AS (k || 'é'), long TEXT",
                             "'ké' || (i % 10), x'0011', NULL, 0.5, printf('%1000s', 'x')") +
                    "CREATE INDEX i ON t (k, n)");
    CHECK(sample.page_bytes == 8192);
    CHECK(sample.rows == 2000);
    REQUIRE(sample.sampled.size() == 128);
    for (const SampledRow& row : sample.sampled) {
        CHECK(row.row_bytes == 8 + 4 + 2 + 1 + 8 + 1000);
        CHECK(row.entry_bytes == 8 + 4 + 1);
        CHECK(row.is_indexed);
    }
}

TEST_CASE("of long rows fewer are looked up") {
    const IndexSample sample =
        read_sample(rows_sql("k INTEGER, long BLOB", "i, zeroblob(CASE WHEN i > 2990 THEN 1500000 "
                                                     "ELSE 10 END)") +
                    "CREATE INDEX i ON t (k)");
    CHECK(sample.sampled.size() == 128); // the last row is long, and those before it are far apart
    const IndexSample all =
        read_sample("CREATE TABLE t (k INTEGER, long TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION "
                    "ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT i, NULL FROM n; "
                    "INSERT INTO t (rowid, k, long) SELECT 1000000 + rowid * 100000, rowid, "
                    "printf('%1500000s', '') FROM t WHERE rowid < 10; CREATE INDEX i ON t (k)");
    CHECK(all.sampled.size() < 10);
}

TEST_CASE("rows are looked up wherever their rowids are") {
    const std::string ends = "INSERT INTO t (rowid, k) VALUES (-9223372036854775807 - 1, 'a'), "
                             "(9223372036854775807, 'b');";
    const IndexSample sample =
        read_sample(rows_sql("k TEXT", "i") + ends + "CREATE INDEX i ON t (k)");
    CHECK(sample.sampled.size() == 128);
    CHECK(std::all_of(sample.sampled.begin(), sample.sampled.end(),
                      [](const SampledRow& row) { return row.is_indexed; }));
    CHECK(read_sample(rows_sql("k TEXT", "i", 0) + "CREATE INDEX i ON t (k)").sampled.empty());
}

TEST_CASE("entries of any value in any order are found, and columns of any name") {
    const IndexSample sample = read_sample(
        rows_sql("\"first\" TEXT COLLATE NOCASE, \"last\" INTEGER, bytes, \"a \"\"b\" REAL",
                 "CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN 'K' ELSE 'k' END, NULLIF(i % 5, 0), CASE "
                 "i % 4 WHEN 0 THEN x'80' WHEN 1 THEN CAST(x'80' AS TEXT) WHEN 2 THEN i ELSE 1e300 "
                 "* i END, i % 2 * -0.0") +
        "CREATE INDEX i ON t (\"first\" COLLATE BINARY DESC, bytes, \"a \"\"b\", \"last\" DESC)");
    REQUIRE(sample.sampled.size() == 128);
    for (const SampledRow& row : sample.sampled) {
        CHECK(row.is_indexed);
    }
}

TEST_CASE("case 138: an index of SQLite that misses the last rows is known as damaged") {
    const IndexSample sample = read_sample(
        rows_sql("k TEXT", "i") +
        "CREATE INDEX i ON t (k); CREATE TABLE saved AS SELECT * FROM sqlite_schema WHERE name = "
        "'i'; PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'i'; PRAGMA "
        "writable_schema = RESET; INSERT INTO t VALUES ('x'); PRAGMA writable_schema = ON; INSERT "
        "INTO sqlite_schema SELECT * FROM saved; PRAGMA writable_schema = RESET; DROP TABLE "
        "saved;");
    REQUIRE(sample.sampled.size() == 128);
    CHECK_FALSE(sample.sampled.front().is_indexed);
    CHECK(std::count_if(sample.sampled.begin(), sample.sampled.end(),
                        [](const SampledRow& row) { return !row.is_indexed; }) == 1);
}

TEST_CASE("a table may have as many columns as SQLite takes") {
    std::string columns = "k TEXT";
    for (int i = 0; i < 1900; ++i) {
        columns += fmt::format(", c{}", i);
    }
    const IndexSample sample =
        read_sample("CREATE TABLE t (" + columns +
                    "); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                    "2000) INSERT INTO t (k) SELECT i FROM n; CREATE INDEX i ON t (k)");
    CHECK(sample.sampled.size() == 128);
}
