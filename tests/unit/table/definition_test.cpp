// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/table/definition.hpp"

#include <catch2/catch.hpp>

#include <functional>
#include <vector>

using namespace assay;

namespace {

TableSchema orders() {
    TableSchema table;
    table.ref = {"public", "orders"};
    table.columns.resize(2);
    table.columns[0].name = "id";
    table.columns[0].type = ColumnType::integer;
    table.columns[1].name = "note";
    table.columns[1].type = ColumnType::text;
    table.primary_key = Key{"orders_pkey", {"id"}};
    table.indexes.resize(1);
    table.indexes[0].name = "orders_pkey";
    table.indexes[0].columns = {"id"};
    table.indexes[0].unique = true;
    return table;
}

} // namespace

TEST_CASE("what a table is made of is its definition") {
    const std::vector<std::function<void(TableSchema&)>> changes{
        [](TableSchema& table) { table.columns.pop_back(); },
        [](TableSchema& table) { table.columns[1].type = ColumnType::uuid; },
        [](TableSchema& table) { table.columns[1].name = "Note"; },
        [](TableSchema& table) { table.columns[1].readable = false; },
        [](TableSchema& table) { table.primary_key.reset(); },
        [](TableSchema& table) { table.primary_key->columns = {"note"}; },
        [](TableSchema& table) {
            table.unique_keys.push_back({"u", {"note"}});
        },
        [](TableSchema& table) {
            table.foreign_keys.push_back({"f", {"id"}, {}, {}, true});
        },
        [](TableSchema& table) { table.indexes[0].unique = false; },
        [](TableSchema& table) { table.indexes.clear(); },
        [](TableSchema& table) {
            table.checks.push_back({"c", "id > 0", true});
        },
        [](TableSchema& table) { table.kind = TableKind::view; },
        [](TableSchema& table) { table.has_children = true; }};
    for (std::size_t i = 0; i < changes.size(); ++i) {
        INFO(i);
        TableSchema changed = orders();
        changes[i](changed);
        CHECK_FALSE(have_same_definition(changed, orders()));
        CHECK_FALSE(have_same_definition(orders(), changed));
        CHECK(have_same_definition(changed, changed));
    }
}

TEST_CASE("sizes, comments, plain indexes and where a table lies are not its definition") {
    TableSchema table = orders();
    table.stats.row_estimate = 7;
    table.indexes[0].bytes = 8192;
    table.indexes.emplace_back().name = "orders_note_idx";
    table.comment = "all that was ordered";
    table.owner = "somebody";
    table.store_id = 4711;
    table.pages = 3;
    CHECK(have_same_definition(table, orders()));
}
