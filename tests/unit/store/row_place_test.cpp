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

RowBatch text_batch(const std::vector<std::string>& cells) {
    RowBatch batch;
    for (const auto& cell : cells) {
        batch.columns.emplace_back(ColumnType::other).append_text(cell);
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
    const RowPlace place = plain->read(text_batch({"x", "(70000,65535)"}), 0);
    CHECK(display(StoreKind::postgresql, place) == "(70000,65535)");
    CHECK(place.table == 0);
    table.has_children = true;
    const auto parent = PlacedTable::of(StoreKind::postgresql, table);
    CHECK(parent->read(text_batch({"x", "16384", "(0,1)"}), 0) == RowPlace{16384, 1});
    for (const auto* wrong : {"", "(", "(1)", "(1,2", "(1,x)", "1,2"}) {
        CHECK_THROWS_AS(plain->read(text_batch({"x", wrong}), 0), Error);
    }
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
