// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sqlite/row_ranges.hpp"

#include "assay/base/hash.hpp"
#include "sqlite_support.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <thread>

namespace assay {
namespace {

using test::Collector;
using test::error_of;
using test::OpenFile;
using test::run_sqlite;
using test::TempDir;

constexpr const char* numbers = "CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT);"
                                "INSERT INTO t SELECT value, 'n' || value FROM "
                                "(WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL "
                                "SELECT value+1 FROM n LIMIT 10000) SELECT value FROM n);";
constexpr const char* endless = "CREATE TABLE t(a); CREATE VIEW endless AS WITH RECURSIVE n(x) AS "
                                "(SELECT 1 UNION ALL SELECT x+1 FROM n) SELECT x FROM n;";

std::string text_of(const Value& value) { return value.bytes; }

TEST_CASE("cases 77, 81, 82, 84, 92: values of all storage classes arrive as they are stored") {
    const TempDir folder;
    const std::string path = folder.file("mixed.db");
    run_sqlite(path,
               "CREATE TABLE t(v, r REAL, d DATETIME, b BOOLEAN);"
               "INSERT INTO t VALUES(1, 3, '2024-01-31', 1),"
               "(1.5, -0.0, 1706659200, 'true'), ('1', 9e999, NULL, 0),"
               "(x'00ff', 'x', 2460340.5, NULL), (NULL, NULL, x'', 1),"
               "(9223372036854775807, 0.1, '', 1), (CAST(x'610062' AS TEXT), 1e300, 'now', 1),"
               "(CAST(x'ff00fe' AS TEXT), 1, 1, 1), (x'', 1, 1, 1);");
    OpenFile file(path);
    const auto rows = file.read("t").rows;
    REQUIRE(rows.size() == 9);
    CHECK(rows[0][0].kind == CellKind::integer);
    CHECK(rows[0][0].integer == 1);
    CHECK(rows[0][1].kind == CellKind::real);
    CHECK(rows[0][1].real == 3.0);
    CHECK(rows[0][2].kind == CellKind::text);
    CHECK(text_of(rows[0][2]) == "2024-01-31");
    CHECK(rows[0][3].integer == 1);
    CHECK(rows[1][0].real == 1.5);
    CHECK(rows[1][1].kind == CellKind::real);
    CHECK(rows[1][2].integer == 1706659200);
    // A number in a date column is no date yet: it prints as the number.
    CHECK(display(rows[1][2]) == "1706659200");
    CHECK(rows[1][3].kind == CellKind::text);
    CHECK(text_of(rows[2][0]) == "1");
    CHECK(std::isinf(rows[2][1].real));
    CHECK(rows[2][2].kind == CellKind::null);
    CHECK(rows[3][0].kind == CellKind::blob);
    CHECK(text_of(rows[3][0]) == std::string("\0\xff", 2));
    CHECK(text_of(rows[3][1]) == "x");
    CHECK(rows[4][2].kind == CellKind::blob);
    CHECK(rows[5][0].integer == std::numeric_limits<std::int64_t>::max());
    CHECK(rows[5][2].kind == CellKind::text);
    CHECK(text_of(rows[6][0]) == std::string("a\0b", 3));
    CHECK(text_of(rows[7][0]) == std::string("\xff\0\xfe", 3));
    CHECK(rows[8][0].kind == CellKind::blob);
    CHECK(file.session->cost().rows_read == 9);
    CHECK(file.session->cost().bytes_read > 0);
    CHECK(file.session->cost().queries > 0);
}

TEST_CASE("case 96: texts of a UTF-16 database arrive as UTF-8") {
    const TempDir folder;
    const std::string path = folder.file("utf16.db");
    const auto encoding = GENERATE("UTF-16le", "UTF-16be");
    run_sqlite(path, fmt::format("PRAGMA encoding='{}'; CREATE TABLE \"t\u00e9\"(\"\u00fc\" TEXT);"
                                 "INSERT INTO \"t\u00e9\" VALUES('\u20ac\U0001F600');",
                                 encoding));
    OpenFile file(path);
    CHECK(text_of(file.read("t\u00e9").rows.at(0).at(0)) == "\u20ac\U0001F600");
    CHECK(file.session->catalog().notes.size() == 1);
    Query query;
    query.sql = "SELECT '\u20ac', x'00', 1.5, NULL, 7";
    query.result_types = {ColumnType::text, ColumnType::bytes, ColumnType::real, ColumnType::text,
                          ColumnType::integer};
    const auto values = file.session->query_row(query);
    REQUIRE(values.size() == 5);
    CHECK(text_of(values[0]) == "\u20ac");
    CHECK(text_of(values[1]) == std::string("\0", 1));
    CHECK(values[2].real == 1.5);
    CHECK(values[3].kind == CellKind::null);
    CHECK(values[4].integer == 7);
}

TEST_CASE("rows come in batches of the wanted size") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"), numbers);
    OpenFile file(folder.file("t.db"));
    const Collector collector = file.read("t", 1, 3000);
    CHECK(collector.batch_sizes == std::vector<std::size_t>{3000, 3000, 3000, 1000});
    CHECK(collector.rows.at(9999).at(0).integer == 10000);
    CHECK(text_of(collector.rows.at(41).at(1)) == "n42");
}

TEST_CASE("case 65: large texts cut a batch early") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"),
               "CREATE TABLE t(x); INSERT INTO t SELECT zeroblob(1500000) FROM "
               "(SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL "
               "SELECT 4 UNION ALL SELECT 5);");
    OpenFile file(folder.file("t.db"));
    CHECK(file.read("t").batch_sizes == std::vector<std::size_t>{3, 2});
}

TEST_CASE("case 139: a table of more columns than a function takes arguments is read whole") {
    const auto width = GENERATE(119, 120, 121, 200, 1000);
    const TempDir folder;
    std::string columns;
    std::string values;
    for (int i = 0; i < width; ++i) {
        columns += fmt::format("{}c{}", i == 0 ? "" : ",", i);
        values += fmt::format("{}{}", i == 0 ? "" : ",", i);
    }
    run_sqlite(folder.file("t.db"),
               fmt::format("CREATE TABLE t({0}); INSERT INTO t VALUES({1}),({1}),({1});", columns,
                           values));
    OpenFile file(folder.file("t.db"));
    const Collector collector = file.read("t", 1, 2);
    CHECK(collector.batch_sizes == std::vector<std::size_t>{2, 1});
    for (const auto& row : collector.rows) {
        REQUIRE(row.size() == static_cast<std::size_t>(width));
        CHECK(row.back().integer == width - 1);
        CHECK(row[static_cast<std::size_t>(width) / 2].integer == width / 2);
    }
}

TEST_CASE("a scan without columns counts rows") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"), std::string(numbers) + "CREATE TABLE e(a);");
    OpenFile file(folder.file("t.db"));
    const TableSchema table = file.table("t");
    ScanRequest request;
    request.table = &table;
    Collector collector;
    file.session->scan(request, collector);
    CHECK(std::accumulate(collector.batch_sizes.begin(), collector.batch_sizes.end(),
                          std::size_t{0}) == 10000);
    CHECK(collector.rows.at(0).empty());
    const TableSchema empty = file.table("e");
    request.table = &empty;
    Collector none;
    file.session->scan(request, none);
    CHECK(none.rows.empty());
}

TEST_CASE("an empty table gives no batch") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"), "CREATE TABLE t(a, b);");
    OpenFile file(folder.file("t.db"));
    CHECK(file.read("t").batch_sizes.empty());
    CHECK(file.read("t", 0.5).batch_sizes.empty());
}

TEST_CASE("cases 127, 128, 133: WITHOUT ROWID, STRICT, generated columns and views are read") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"),
               "CREATE TABLE w(a TEXT PRIMARY KEY, b) WITHOUT ROWID; INSERT INTO w VALUES('x',1);"
               "CREATE TABLE s(a INT, b ANY) STRICT; INSERT INTO s VALUES(1,'z');"
               "CREATE TABLE g(a INT, b AS (a+1), c AS (a+2) STORED); INSERT INTO g(a) VALUES(1);"
               "CREATE VIEW v AS SELECT a, count(*) AS n FROM g GROUP BY a UNION ALL SELECT 5, 6;");
    OpenFile file(folder.file("t.db"));
    CHECK(file.read("w").rows.size() == 1);
    CHECK(text_of(file.read("s").rows.at(0).at(1)) == "z");
    const auto generated = file.read("g").rows.at(0);
    CHECK(generated.at(1).integer == 2);
    CHECK(generated.at(2).integer == 3);
    const auto view = file.read("v").rows;
    REQUIRE(view.size() == 2);
    CHECK(view[1][1].integer == 6);
    CHECK(file.read("w", 0.5).rows.size() == 1);
    CHECK(file.recorder.notes.size() == 1);
}

TEST_CASE("a sample reads a part of the rows from all over the table") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"), numbers);
    OpenFile file(folder.file("t.db"));
    const auto rows = file.read("t", 0.1).rows;
    CHECK(rows.size() == 1000);
    CHECK(rows.front().at(0).integer < 200);
    CHECK(rows.back().at(0).integer > 9800);
}

TEST_CASE("sample ranges stay in order, apart and inside at every extreme") {
    const std::int64_t low = std::numeric_limits<std::int64_t>::min();
    const std::int64_t high = std::numeric_limits<std::int64_t>::max();
    const auto [stretches, fraction] = GENERATE_COPY(table<std::vector<RowRange>, double>({
        {{{1, 1}}, 0.001},
        {{{1, 10}}, 0.5},
        {{{1, 10}}, 0.99},
        {{{1, 1'000'000}}, 0.01},
        {{{-5, 5}}, 0.3},
        {{{low, high}}, 0.5},
        {{{low, -1}, {0, high}}, 0.5},
        {{{low, high}}, 1e-18},
        {{{high - 3, high}}, 0.5},
        {{{low, low + 3}}, 0.5},
        {{{low, low + 3}, {0, 0}, {7, 5'000}, {high - 3, high}}, 0.5},
    }));
    const auto ranges = sample_ranges(stretches, fraction, 1);
    CHECK(ranges.empty() == (fraction == 0.001)); // the one place was not drawn
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        CHECK(ranges[i].first <= ranges[i].last);
        CHECK(std::any_of(stretches.begin(), stretches.end(), [&](const RowRange& stretch) {
            return stretch.first <= ranges[i].first && ranges[i].last <= stretch.last;
        }));
        if (i > 0) {
            CHECK(ranges[i - 1].last < ranges[i].first);
            CHECK(ranges[i].part - ranges[i - 1].part <= 1);
        }
    }
    CHECK(sample_ranges(stretches, fraction, 1) == ranges);
}

TEST_CASE("a sample gives every rowid the same chance, wherever it lies in its stride") {
    // Three stretches of 1,000 places in all: 250 clusters of one place, of one in four.
    const std::vector<RowRange> stretches{{1, 500}, {10'000, 10'000}, {20'001, 20'499}};
    std::map<std::int64_t, int> drawn;
    constexpr int seeds = 4000;
    for (int seed = 0; seed < seeds; ++seed) {
        for (const RowRange& range :
             sample_ranges(stretches, 0.25, hash64_word(1, static_cast<std::uint64_t>(seed)))) {
            for (std::int64_t id = range.first; id <= range.last; ++id) {
                ++drawn[id];
            }
        }
    }
    CHECK(drawn.size() == 1000);
    for (const auto& [id, times] : drawn) {
        INFO(id);
        CHECK(std::abs(times - seeds / 4) < 150); // 5 standard deviations are 137
    }
}

TEST_CASE("the parts of a table hold each row once, wherever its rowids are") {
    const TempDir folder;
    const std::string ids = GENERATE(as<std::string>{}, "value", "value * 97 - 500000",
                                     "value * 900000000000000 - 9000000000000000000");
    run_sqlite(folder.file("t.db"),
               "CREATE TABLE t(id INTEGER PRIMARY KEY, n); WITH RECURSIVE n(value) AS (SELECT 1 "
               "UNION ALL SELECT value + 1 FROM n LIMIT 20000) INSERT INTO t SELECT " +
                   ids +
                   ", printf('%050d', value) FROM n; INSERT OR IGNORE INTO t "
                   "VALUES(9223372036854775807, 0)," +
                   "(200000, 0)");
    OpenFile file(folder.file("t.db"));
    const TableSchema table = file.table("t");
    ScanRequest request = OpenFile::request_for(table);
    const auto parts = file.session->split(request);
    REQUIRE(parts.size() > 1);
    CHECK(parts.size() <= 1025);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        CHECK(parts[i].index == i);
        CHECK(parts[i].first <= parts[i].last);
        CHECK((i == 0 || parts[i].first == parts[i - 1].last + 1));
    }
    const std::size_t rows = file.read("t").rows.size();
    Collector collector;
    for (std::size_t worker = 0; worker < 3; ++worker) {
        request.parts.clear();
        for (std::size_t i = worker; i < parts.size(); i += 3) {
            request.parts.push_back(parts[i]);
        }
        file.session->scan(request, collector);
    }
    CHECK(collector.parts.size() == parts.size());
    CHECK(collector.rows.size() == rows);
    std::set<std::int64_t> seen;
    for (const auto& row : collector.rows) {
        seen.insert(row[0].integer);
    }
    CHECK(seen.size() == rows);
}

TEST_CASE("what has no rowids, few of them or is sampled is not cut into parts") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"),
               std::string(numbers) +
                   "CREATE TABLE w(id INTEGER PRIMARY KEY, n) WITHOUT ROWID;"
                   "INSERT INTO w VALUES(1, 1), (900000, 2); CREATE TABLE empty(a);"
                   "CREATE VIEW v AS SELECT * FROM w; CREATE TABLE far(id INTEGER PRIMARY KEY, b);"
                   "INSERT INTO far VALUES(1, zeroblob(500000)), (900000, 0)");
    OpenFile file(folder.file("t.db"));
    for (const std::string name : {"t", "w", "empty", "v"}) {
        INFO(name);
        const TableSchema table = file.table(name);
        CHECK(file.session->split(OpenFile::request_for(table)).empty());
    }
    const TableSchema far = file.table("far");
    CHECK(file.session->split(OpenFile::request_for(far)).size() == 14);
    CHECK(file.session->split(OpenFile::request_for(far, 0.5)).empty());
}

TEST_CASE("texts of a UTF-16 database come as UTF-8 of the right length") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"), "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t(a TEXT);"
                                    "INSERT INTO t VALUES('Zoë'), (''), ('€uro')");
    OpenFile file(folder.file("t.db"));
    const Collector read = file.read("t");
    REQUIRE(read.rows.size() == 3);
    CHECK(read.rows[0][0].bytes == "Zoë");
    CHECK(read.rows[1][0].bytes.empty());
    CHECK(read.rows[1][0].kind == CellKind::text);
    CHECK(read.rows[2][0].bytes == "€uro");
}

TEST_CASE("a constant text of a view stays a text in every row") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"), std::string(numbers) + "CREATE VIEW v AS SELECT 'x' AS c, "
                                                           "x'00' AS b, id FROM t LIMIT 3");
    OpenFile file(folder.file("t.db"));
    for (const auto& row : file.read("v").rows) {
        CHECK(row[0].kind == CellKind::text);
        CHECK(row[0].bytes == "x");
        CHECK(row[1].kind == CellKind::blob);
    }
}

TEST_CASE("what the sink throws comes out of the scan, and the session goes on") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"), numbers);
    OpenFile file(folder.file("t.db"));
    const TableSchema table = file.table("t");
    Collector collector;
    collector.on_batch = [] { throw std::length_error("enough"); };
    CHECK_THROWS_AS(file.session->scan(OpenFile::request_for(table), collector), std::length_error);
    collector.on_batch = [] { throw Error(ErrorKind::output, "full"); };
    CHECK(error_of([&] { file.session->scan(OpenFile::request_for(table), collector); }).kind() ==
          ErrorKind::output);
    CHECK(file.read("t").rows.size() == 10000);
}

TEST_CASE("a cancelled scan ends and says so") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"), endless);
    OpenFile file(folder.file("t.db"));
    const TableSchema table = file.table("endless");
    Collector collector;
    collector.on_batch = [&] { file.cancellation.request(2); };
    CHECK(error_of([&] { file.session->scan(OpenFile::request_for(table), collector); }).kind() ==
          ErrorKind::cancelled);
    CHECK(error_of([&] { file.session->catalog(); }).kind() == ErrorKind::cancelled);
}

TEST_CASE("another thread can end a scan, and the session goes on") {
    const TempDir folder;
    const std::string path = folder.file("a.db");
    run_sqlite(path, "CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                     "FROM n) SELECT i FROM n; CREATE TABLE t (a); INSERT INTO t VALUES (1)");
    OpenFile file(path);
    const TableSchema view = file.table("v");
    Collector rows;
    std::jthread other;
    rows.on_batch = [&] {
        if (!other.joinable()) {
            other = std::jthread([&] { file.session->cancel(); });
        }
        rows.rows.clear();
    };
    const Error error = error_of([&] { file.session->scan(OpenFile::request_for(view), rows); });
    CHECK(error.kind() == ErrorKind::query);
    other.join();
    CHECK(file.read("t").rows.size() == 1);
    file.session->cancel(); // nothing runs
    CHECK(file.read("t").rows.size() == 1);
}

TEST_CASE("case 216: a runaway view ends at the statement timeout, and the session goes on") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"), endless);
    OpenFile file(folder.file("t.db"), std::chrono::milliseconds(30));
    const Error error = error_of([&] { file.read("endless"); });
    CHECK(error.kind() == ErrorKind::timeout);
    CHECK(error.hint().find("--timeout") != std::string::npos);
    Query query;
    query.sql = "SELECT count(*) FROM main.t";
    query.result_types = {ColumnType::integer};
    CHECK(file.session->query_row(query).at(0).integer == 0);
}

TEST_CASE("a fork reads the same rows in another session and is named after it") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"), numbers);
    OpenFile file(folder.file("t.db"));
    const TableSchema table = file.table("t");
    const auto fork = file.session->fork();
    REQUIRE(fork);
    Collector collector;
    fork->scan(OpenFile::request_for(table), collector);
    CHECK(collector.rows.size() == 10000);
    CHECK(fork->cost().rows_read == 10000);
    CHECK(file.recorder.statements.back().starts_with("a/1: SELECT assay_rows("));
    CHECK(fork->fork());
}

TEST_CASE("orphans are counted by the rules of the standard") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"),
               "CREATE TABLE p(a INT, b TEXT COLLATE NOCASE, PRIMARY KEY(a, b));"
               "CREATE TABLE c(x INT, y TEXT, FOREIGN KEY(x, y) REFERENCES p);"
               "INSERT INTO p VALUES(1,'a'),(2,'b');"
               "INSERT INTO c VALUES(1,'a'),(1,'A'),(3,'a'),(NULL,'a'),(9,NULL),(NULL,NULL);");
    OpenFile file(folder.file("t.db"));
    const TableSchema child = file.table("c");
    const auto counts = file.session->query_row(
        orphan_query(StoreKind::sqlite, child.ref, child.foreign_keys.at(0)));
    CHECK(counts.at(0).integer == 3);
    CHECK(counts.at(1).integer == 1);
}

TEST_CASE("cases 212, 213, 214: a hostile view gets nowhere") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"),
               "CREATE TABLE t(a); INSERT INTO t VALUES(1);"
               "CREATE VIEW extension AS SELECT load_extension('x') AS a;"
               "CREATE VIEW reader AS SELECT assay_rows(0, a) AS a FROM t;"
               "CREATE VIEW literal AS SELECT a FROM t WHERE \"nothing\" = 'nothing';");
    OpenFile file(folder.file("t.db"));
    CHECK_THROWS_AS(file.read("extension"), Error);
    CHECK_THROWS_AS(file.read("reader"), Error);
    CHECK_FALSE(file.table("extension").unreadable_reason.empty());
    CHECK(file.read("t").rows.size() == 1);
}

TEST_CASE("cases 137, 208, 212, 213, 214: a connection can do nothing but read") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"), numbers);
    OpenFile file(folder.file("t.db"));
    for (const char* sql :
         {"ATTACH 'other.db' AS other", "CREATE TEMP TABLE x(a)", "DELETE FROM main.t",
          "VACUUM INTO 'copy.db'", "PRAGMA query_only=OFF; DELETE FROM main.t",
          "PRAGMA writable_schema=ON", "SELECT load_extension('x')",
          "SELECT \"nmae\" FROM main.t"}) {
        Query query;
        query.sql = sql;
        query.result_types = {ColumnType::integer};
        CHECK_THROWS_AS(file.session->query_row(query), Error);
    }
    CHECK(file.read("t").rows.size() == 10000);
}

} // namespace
} // namespace assay
