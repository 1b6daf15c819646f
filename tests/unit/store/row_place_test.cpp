// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/row_place.hpp"

#include "assay/base/error.hpp"

#include <catch2/catch.hpp>

using namespace assay;

namespace {

TableSchema table_with(const std::vector<std::string>& columns) {
    TableSchema table;
    table.ref = {"main", "t"};
    for (const auto& name : columns) {
        table.columns.emplace_back().name = name;
    }
    return table;
}

/// A row of a text and of integers behind it.
RowBatch row_of(const std::vector<std::int64_t>& numbers) {
    RowBatch batch;
    batch.columns.emplace_back(ColumnType::text).append_text("x");
    for (const std::int64_t number : numbers) {
        batch.columns.emplace_back(ColumnType::integer).append_integer(number);
    }
    batch.row_count = 1;
    return batch;
}

} // namespace

TEST_CASE("a rowid goes by the first name that no column hides") {
    CHECK(rowid_column(table_with({"a"})) == "rowid");
    CHECK(rowid_column(table_with({"RowID"})) == "_rowid_");
    CHECK(rowid_column(table_with({"rowid", "_ROWID_", "oid"})).empty());
    TableSchema table = table_with({"a"});
    table.without_rowid = true;
    CHECK(rowid_column(table).empty());
    CHECK_FALSE(PlacedTable::of(StoreKind::sqlite, table));
}

TEST_CASE("what has no rows of its own has no places") {
    TableSchema table = table_with({"a"});
    for (const auto kind : {TableKind::view, TableKind::foreign, TableKind::virtual_table}) {
        table.kind = kind;
        CHECK_FALSE(PlacedTable::of(StoreKind::sqlite, table));
        CHECK_FALSE(PlacedTable::of(StoreKind::postgresql, table));
    }
}

TEST_CASE("places are read from the last columns of a scan") {
    TableSchema table = table_with({"a"});
    const auto plain = PlacedTable::of(StoreKind::postgresql, table);
    CHECK(plain->columns() == std::vector<std::size_t>{1});
    const RowPlace place = plain->read(row_of({(std::int64_t{70'000} << 16U) | 65'535}), 0);
    CHECK(display(StoreKind::postgresql, place) == "(70000,65535)");
    CHECK(place.table == 0);
    table.has_children = true;
    const auto parent = PlacedTable::of(StoreKind::postgresql, table);
    CHECK(parent->read(row_of({16'384, 1}), 0) == RowPlace{16'384, 1});
    CHECK_THROWS_AS(plain->read(row_of({}), 0), Error);
}

TEST_CASE("the condition of places holds numbers only") {
    const std::vector<RowPlace> places{{0, 1}, {0, 65536 + 2}};
    const TableSchema table = table_with({"rowid"});
    CHECK(PlacedTable::of(StoreKind::sqlite, table)->condition(places) ==
          "\"_rowid_\" IN (1,65538)");
    CHECK(PlacedTable::of(StoreKind::postgresql, table)->condition(places) ==
          "\"ctid\" OPERATOR(pg_catalog.=) ANY "
          "('{\"(0,1)\",\"(1,2)\"}'::pg_catalog.tid[])");
}

TEST_CASE("the primary key leads to the rows of a table without a rowid, in its own order") {
    TableSchema table = table_with({"code", "b", "a"});
    table.without_rowid = true;
    CHECK_FALSE(LocatedTable::of(StoreKind::sqlite, table));
    table.primary_key = Key{"", {"a", "b"}};
    const auto located = LocatedTable::of(StoreKind::sqlite, table);
    REQUIRE(located);
    CHECK(located->columns() == std::vector<std::size_t>{2, 1});
    const RowLocator row = located->read(row_of({7, 8}), 0);
    REQUIRE(row.key.size() == 2);
    CHECK(row.key[0].integer == 7);
    CHECK(row.key[1].integer == 8);
    std::vector<RowLocator> rows;
    for (const std::int64_t number : {4, 9, 1, 3, 1}) {
        keep_first(located->read(row_of({2, number}), 0), 3, rows);
    }
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].key[1].integer == 1);
    CHECK(rows[1].key[1].integer == 1);
    CHECK(rows[2].key[1].integer == 3);
}

TEST_CASE("a place leads to the rows of other tables, and nothing to those of a view") {
    TableSchema table = table_with({"a"});
    table.primary_key = Key{"", {"a"}};
    const auto located = LocatedTable::of(StoreKind::sqlite, table);
    REQUIRE(located);
    CHECK(located->read(row_of({7}), 0).place == RowPlace{0, 7});
    CHECK(located->read(row_of({7}), 0).key.empty());
    table.kind = TableKind::view;
    CHECK_FALSE(LocatedTable::of(StoreKind::sqlite, table));
}
