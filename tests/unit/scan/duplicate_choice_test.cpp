// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/duplicate_choice.hpp"
#include "temp_dir.hpp"
#include "time_tables.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace std::string_literals;
using namespace assay;
using namespace assay::test;

namespace {

/// A request for one key.
DuplicateRequest by(std::vector<std::size_t> columns) {
    DuplicateRequest request;
    request.keys = {{std::move(columns), NullPolicy::equal}};
    return request;
}

/// What is found by the only key.
Duplicates scan_one(Workers& workers, const TableSchema& table, const DuplicateRequest& request) {
    auto found = scan_duplicates(workers, table, request);
    REQUIRE(found.size() == 1);
    return std::move(found.front());
}

const TableSchema& table_named(const Catalog& catalog, const std::string& name) {
    const auto found = std::find_if(catalog.tables.begin(), catalog.tables.end(),
                                    [&](const auto& table) { return table.ref.name == name; });
    REQUIRE(found != catalog.tables.end());
    return *found;
}

std::vector<std::int64_t> places_of(const DuplicateRows& group) {
    std::vector<std::int64_t> places;
    for (const auto& row : group.first) {
        places.push_back(row.place.place);
    }
    return places;
}

/// Rowids one after the other, of a table of so many rows.
std::vector<ScanPart> parts_of(std::int64_t rows, std::int64_t part_rows) {
    std::vector<ScanPart> parts;
    for (std::int64_t first = 1; first <= rows; first += part_rows) {
        parts.push_back({parts.size(), first, std::min(rows, first + part_rows - 1)});
    }
    return parts;
}

/// The table t of a new file, whose rows have places.
class PlacedFile {
public:
    PlacedFile(const std::string& sql, unsigned workers)
        : m_opened(sqlite_location(filled(sql))),
          m_placed(PlacedTable::of(StoreKind::sqlite, m_opened.table)),
          m_workers(*m_opened.session, workers) {}

    Duplicates scan(DuplicateRequest request) {
        request.places.table = &m_placed.value();
        return scan_one(m_workers, m_opened.table, request);
    }
    /// By all workers, since this was asked last.
    std::int64_t rows_read() {
        const std::int64_t all = m_opened.session->cost().rows_read + m_workers.cost().rows_read;
        return all - std::exchange(m_rows_read, all);
    }

private:
    std::string filled(const std::string& sql) const {
        std::string path = m_folder.file("t.db");
        run_sqlite(path, sql);
        return path;
    }

    TempDir m_folder;
    Opened m_opened;
    std::optional<PlacedTable> m_placed;
    Workers m_workers;
    std::int64_t m_rows_read = 0;
};

void require_same(const Duplicates& found, const Duplicates& expected) {
    RC_ASSERT(found.counts.rows == expected.counts.rows);
    RC_ASSERT(found.counts.distinct_keys == expected.counts.distinct_keys);
    RC_ASSERT(found.counts.surplus_rows == expected.counts.surplus_rows);
    RC_ASSERT(found.counts.sizes == expected.counts.sizes);
    RC_ASSERT(found.groups.size() == expected.groups.size());
    for (std::size_t i = 0; i < found.groups.size(); ++i) {
        RC_ASSERT(found.groups[i].rows == expected.groups[i].rows);
        RC_ASSERT(found.groups[i].key == expected.groups[i].key);
        RC_ASSERT(places_of(found.groups[i]) == places_of(expected.groups[i]));
    }
}

/// The rowids of every value, as SQL that gives it.
using RowsByValue = std::map<std::string, std::vector<std::int64_t>>;

/// Values that are equal are shown alike, and no others are.
void require_first_rows(const Duplicates& found, const RowsByValue& rows) {
    for (const auto& group : found.groups) {
        if (group.key.empty()) {
            continue; // not shown
        }
        const Value& key = group.key.at(0);
        const std::string shown = key.kind == CellKind::text   ? "'" + key.bytes + "'"
                                  : key.kind == CellKind::null ? "NULL"
                                                               : display(key);
        const auto& all = rows.at(shown);
        const auto first = places_of(group);
        RC_ASSERT(group.rows == static_cast<std::int64_t>(all.size()));
        RC_ASSERT(!first.empty());
        RC_ASSERT(first.size() <= all.size());
        RC_ASSERT(std::equal(first.begin(), first.end(), all.begin()));
    }
}

} // namespace

TEST_CASE("the groups of few keys are the same, compared when they are read or later") {
    rc::prop("for any memory, workers and rows to keep", [] {
        const TempDir folder;
        const std::string path = folder.file("t.db");
        std::string sql = "BEGIN; CREATE TABLE t (c);";
        RowsByValue rows;
        const auto count = *rc::gen::inRange<std::int64_t>(1, 300);
        for (std::int64_t row = 1; row <= count; ++row) {
            const std::string value =
                *rc::gen::element("1"s, "1.0"s, "'1'"s, "2.5"s, "NULL"s, "'a'"s, "'b'"s,
                                  "'" + std::string(600, 'c') + "'");
            sql += "INSERT INTO t VALUES (" + value + ");";
            rows[value == "1.0" ? "1" : value].push_back(row);
        }
        run_sqlite(path, sql + "COMMIT");
        Opened opened(sqlite_location(path));
        const auto placed = PlacedTable::of(StoreKind::sqlite, opened.table);
        DuplicateRequest request = by({0});
        request.places.table = &*placed;
        request.limit = *rc::gen::inRange<std::size_t>(1, 8);
        request.places.rows_of_a_group = *rc::gen::inRange<std::size_t>(1, 40);
        request.places.rows = *rc::gen::inRange<std::size_t>(1, 200);
        Workers alone(*opened.session, 1);
        const Duplicates expected = scan_one(alone, opened.table, request);
        require_first_rows(expected, rows);

        request.memory = std::size_t{1024} * *rc::gen::element<std::size_t>(64, 128, 4096);
        request.parts = parts_of(count, *rc::gen::inRange<std::int64_t>(1, 100));
        Workers workers(*opened.session, *rc::gen::inRange(1U, 4U));
        const Duplicates found = scan_one(workers, opened.table, request);
        require_same(found, expected);
        require_first_rows(found, rows);
    });
}

TEST_CASE("few keys of many rows are compared in one scan, and then only shown") {
    PlacedFile file("CREATE TABLE t (c TEXT, d DECIMAL(9, 2)); WITH RECURSIVE i(i) AS (SELECT 1 "
                    "UNION ALL SELECT i + 1 FROM i WHERE i < 30000) INSERT INTO t SELECT "
                    "CASE WHEN i % 2 = 0 THEN 'even' WHEN i % 5 = 0 THEN NULL ELSE 'odd' END, "
                    "i % 3 FROM i",
                    2);
    DuplicateRequest request = by({0});
    request.parts = parts_of(30'000, 5'000);
    const Duplicates found = file.scan(request);
    CHECK(file.rows_read() == 30'000 + 3); // one of each group, to show it
    CHECK(found.verified_groups == 3);
    REQUIRE(found.groups.size() == 3);
    CHECK(found.groups[0].rows == 15'000);
    CHECK(display(found.groups[0].key.at(0)) == "even");
    REQUIRE(found.groups[0].first.size() == 1'000);
    CHECK(found.groups[0].first[0].place.place == 2);
    CHECK(found.groups[0].first[999].place.place == 2'000);
    CHECK(found.groups[2].rows == 3'000);
    CHECK(found.groups[2].key.at(0).kind == CellKind::null);
    CHECK(found.groups[2].first[999].place.place == 9'995);

    request.memory = std::size_t{64} << 10U; // for two keys
    const Duplicates in_little = file.scan(request);
    CHECK(file.rows_read() == 30'000 + 2 + 3'000);
    CHECK(in_little.verified_groups == 3);
    REQUIRE(in_little.groups.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(in_little.groups[i].rows == found.groups[i].rows);
        CHECK(in_little.groups[i].key == found.groups[i].key);
        CHECK(places_of(in_little.groups[i]) == places_of(found.groups[i]));
    }
    request.memory = std::size_t{1} << 20U;
    request.limit = 0;
    CHECK(file.scan(request).counts.surplus_rows == 29'997);
    CHECK(file.rows_read() == 30'000);
}

TEST_CASE("keys of one short length are told apart by their fingerprints, and not compared") {
    PlacedFile file(
        "CREATE TABLE t (n INTEGER, r REAL, c TEXT, d TEXT); WITH RECURSIVE i(i) AS (SELECT 1 "
        "UNION ALL SELECT i + 1 FROM i WHERE i < 60000) INSERT INTO t SELECT "
        "i % 20000, i % 20000, printf('%05d', i % 20000), 'd' || (i % 20000) FROM i",
        2);
    DuplicateRequest request;
    request.parts = parts_of(60'000, 20'000);
    for (const std::size_t column : {0U, 2U}) {
        request.keys = {{{column}, NullPolicy::equal}};
        const Duplicates found = file.scan(request);
        CHECK(file.rows_read() == 60'000 + 5); // one of each group that is shown
        CHECK(found.verified_groups == 20'000);
        REQUIRE(found.groups.size() == 1'000);
        CHECK(found.groups[0].rows == 3);
        const auto places = places_of(found.groups[0]);
        REQUIRE(places.size() == 3);
        CHECK(places[1] == places[0] + 20'000);
        CHECK(places[2] == places[0] + 40'000);
        CHECK(places_of(found.groups[999]).size() == 3);
    }
    // 1.0, which may look like 1 elsewhere, and texts of several lengths
    for (const std::size_t column : {1U, 3U}) {
        request.keys = {{{column}, NullPolicy::equal}};
        CHECK(file.scan(request).groups.size() == 1'000);
        CHECK(file.rows_read() == 60'000 + 3 * 1'000);
    }
}

TEST_CASE("as many groups are compared in any memory and by any number of workers") {
    for (const unsigned workers : {1U, 3U}) {
        PlacedFile file("CREATE TABLE t (c TEXT); WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL "
                        "SELECT i + 1 FROM i WHERE i < 28000) INSERT INTO t SELECT "
                        "printf('%.*c', 1 + i % 40, 'x') FROM i",
                        workers);
        DuplicateRequest request = by({0});
        request.parts = parts_of(28'000, 7'000);
        for (const std::size_t kib : {64U, 256U, 262'144U}) {
            request.memory = kib << 10U;
            const Duplicates found = file.scan(request);
            CHECK(found.counts.duplicated_keys == 40);
            CHECK(found.verified_groups == 28); // of 700 rows each, 20,000 in all
        }
    }
}

TEST_CASE("of a large table more rows are read by their places than of a small one") {
    PlacedFile file("CREATE TABLE t (c TEXT); WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL "
                    "SELECT i + 1 FROM i WHERE i < 6000) INSERT INTO t SELECT 'text ' || "
                    "CASE WHEN i % 100 = 0 THEN 'of many' ELSE i END FROM i",
                    1);
    DuplicateRequest request = by({0});
    request.places.rows = 50; // fewer than the 60 of the group
    CHECK(file.scan(request).groups[0].rows == 60);
    CHECK(file.rows_read() == 6'000 + 60);
    request.places.one_in = 101;
    CHECK(file.scan(request).groups[0].rows == 60);
    CHECK(file.rows_read() == 2 * 6'000);
}

namespace {

/// The table t with those that inherit from it or are its partitions.
class Parent {
public:
    explicit Parent(const PostgresDatabase& database)
        : m_opened(postgres_location(database)),
          m_table(table_named(m_opened.session->catalog(), "t")),
          m_placed(PlacedTable::of(StoreKind::postgresql, m_table)) {}

    /// By one worker, with the places of rows.
    Duplicates scan(DuplicateRequest request) {
        request.places.table = &m_placed.value();
        Workers workers(*m_opened.session, 1);
        return scan_one(workers, m_table, request);
    }

private:
    Opened m_opened;
    TableSchema m_table;
    std::optional<PlacedTable> m_placed;
};

} // namespace

TEST_CASE("of children the first rows are those of the first child, however many", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE TABLE t (c text); CREATE TABLE t1 () INHERITS (t); CREATE TABLE t2 () INHERITS (t);"
        "INSERT INTO t1 SELECT 'a' FROM generate_series(1, 3000);"
        "INSERT INTO t2 SELECT 'a' FROM generate_series(1, 30000)");
    Parent parent(database);
    DuplicateRequest request = by({0});
    const Duplicates found = parent.scan(request);
    REQUIRE(found.groups.size() == 1);
    CHECK(found.groups[0].rows == 33'000);
    const auto& first = found.groups[0].first;
    REQUIRE(first.size() == 1'000);
    CHECK(first.front().place.table == first.back().place.table);
}

TEST_CASE("rows of groups are read again by their places, where those are few") {
    PlacedFile file("CREATE TABLE t (n INTEGER, c TEXT); WITH RECURSIVE i(i) AS (SELECT 1 "
                    "UNION ALL SELECT i + 1 FROM i WHERE i < 6000) INSERT INTO t (rowid, n, "
                    "c) SELECT 3 * i, i, 'text ' || (i % 5000) FROM i",
                    2);
    DuplicateRequest request = by({1});
    request.where = "n <> 5001"; // no duplicate of 'text 1' then
    const Duplicates by_place = file.scan(request);
    CHECK(by_place.counts.duplicated_keys == 999);
    CHECK(by_place.verified_groups == 999);
    CHECK(file.rows_read() == 5'999 + 2 * 999);
    REQUIRE(by_place.groups.size() == 999);
    CHECK(by_place.groups[0].first.size() == 2);
    CHECK(by_place.groups[0].first[1].place.place ==
          by_place.groups[0].first[0].place.place + 15'000);

    request.places.rows = 9; // fewer than are shown: the table is scanned
    request.places.one_in = 6'000;
    const Duplicates by_scan = file.scan(request);
    CHECK(file.rows_read() == 2 * 5'999);
    CHECK(by_scan.counts.surplus_rows == by_place.counts.surplus_rows);
    REQUIRE(by_scan.groups.size() == 5);
    for (std::size_t i = 0; i < by_scan.groups.size(); ++i) {
        CHECK(by_scan.groups[i].key == by_place.groups[i].key);
        CHECK(by_scan.groups[i].first[0].place == by_place.groups[i].first[0].place);
    }
}

TEST_CASE("rows of several partitions that stand at the same place are told apart", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE TABLE t (id int, c text) PARTITION BY RANGE (id);"
        "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (100);"
        "CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (100) TO (200);"
        "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c'), (101, 'a'), (102, 'x'), (103, 'c')");
    Parent parent(database);
    DuplicateRequest request = by({1});
    request.where = "id <> 103"; // then 'c' is there once, beside what is left of its place
    const Duplicates found = parent.scan(request);
    CHECK(found.counts.rows == 5);
    REQUIRE(found.groups.size() == 1);
    CHECK(display(found.groups[0].key.at(0)) == "a");
    REQUIRE(found.groups[0].first.size() == 2);
    CHECK(found.groups[0].first[0].place.table != found.groups[0].first[1].place.table);
    CHECK(found.groups[0].first[0].place.place == found.groups[0].first[1].place.place);
}
