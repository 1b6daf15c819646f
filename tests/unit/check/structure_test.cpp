// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/structure.hpp"
#include "fake_session.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

using Results = std::vector<CheckResult>;

TableSchema orders() {
    TableSchema table = table_schema("orders", {column_spec("id", ColumnType::integer),
                                                column_spec("customer_id", ColumnType::integer),
                                                column_spec("shop_id", ColumnType::integer)});
    table.primary_key = Key{"orders_pkey", {"id"}};
    return table;
}

Index index_on(std::string name, std::vector<std::string> columns) {
    Index index;
    index.name = std::move(name);
    index.columns = std::move(columns);
    index.method = "btree";
    return index;
}

ForeignKey key_on(std::vector<std::string> columns) {
    return {"fk", columns, {"public", "customers"}, columns, true};
}

Results of_rule(const TableSchema& table, std::string_view id) {
    Results found;
    for (const auto& result : check_structure(table)) {
        if (result.id == id) {
            found.push_back(result);
        }
    }
    return found;
}

CheckResult only(const TableSchema& table, std::string_view id) {
    const auto found = of_rule(table, id);
    REQUIRE(found.size() == 1);
    return found.front();
}

} // namespace

TEST_CASE("a table has a primary key or a finding") {
    auto table = orders();
    CHECK(only(table, "schema.primary_key").status == Status::pass);
    CHECK(only(table, "schema.primary_key").message == "primary key is id");
    table.primary_key = Key{"", {"customer_id", "shop_id"}};
    CHECK(only(table, "schema.primary_key").message == "primary key is customer_id and shop_id");
    table.primary_key.reset();
    CHECK(only(table, "schema.primary_key").status == Status::fail);
    CHECK(only(table, "schema.primary_key").message == "no primary key and no unique constraint");
    table.unique_keys = {{"u", {"id"}}};
    CHECK(only(table, "schema.primary_key").status == Status::fail);
    CHECK(only(table, "schema.primary_key").message ==
          "no primary key, only a unique constraint on id");
}

TEST_CASE("only what has rows of its own needs keys and indexes") {
    auto table = orders();
    table.primary_key.reset();
    for (const auto kind : {TableKind::view, TableKind::foreign, TableKind::virtual_table}) {
        table.kind = kind;
        CHECK(check_structure(table).empty());
    }
    for (const auto kind : {TableKind::table, TableKind::partitioned, TableKind::partition}) {
        table.kind = kind;
        CHECK(only(table, "schema.primary_key").status == Status::fail);
    }
}

TEST_CASE("a foreign key needs an index that starts with its columns, in any order") {
    auto table = orders();
    table.foreign_keys = {key_on({"customer_id"})};
    CHECK(only(table, "schema.foreign_key_index").status == Status::fail);
    CHECK(only(table, "schema.foreign_key_index").message ==
          "the foreign key to customers has no index");

    table.indexes = {index_on("i", {"shop_id", "customer_id"})};
    CHECK(only(table, "schema.foreign_key_index").status == Status::fail);
    table.indexes = {index_on("i", {"customer_id", "shop_id"})};
    CHECK(only(table, "schema.foreign_key_index").status == Status::pass);
    CHECK(only(table, "schema.foreign_key_index").message ==
          "the foreign key to customers has an index");

    table.foreign_keys = {key_on({"shop_id", "customer_id"})};
    CHECK(only(table, "schema.foreign_key_index").status == Status::pass);
    table.indexes = {index_on("i", {"customer_id"})};
    CHECK(only(table, "schema.foreign_key_index").status == Status::fail);
}

TEST_CASE("partial, broken and expression indexes do not serve a foreign key") {
    auto table = orders();
    table.foreign_keys = {key_on({"customer_id"})};
    table.indexes = {index_on("i", {"customer_id"})};
    table.indexes[0].partial = true;
    CHECK(only(table, "schema.foreign_key_index").status == Status::fail);
    table.indexes[0].partial = false;
    table.indexes[0].valid = false;
    CHECK(only(table, "schema.foreign_key_index").status == Status::fail);
    table.indexes = {index_on("i", {"", "customer_id"})};
    CHECK(only(table, "schema.foreign_key_index").status == Status::fail);
}

TEST_CASE("a primary key that starts with the foreign key serves it") {
    auto table = orders();
    table.primary_key = Key{"", {"customer_id", "id"}};
    table.foreign_keys = {key_on({"customer_id"})};
    CHECK(only(table, "schema.foreign_key_index").status == Status::pass);
    table.primary_key = Key{"", {"id", "customer_id"}};
    CHECK(only(table, "schema.foreign_key_index").status == Status::fail);
}

TEST_CASE("indexes that do different work are no duplicates") {
    auto table = orders();
    CHECK(of_rule(table, "schema.duplicate_index").empty());
    table.indexes = {index_on("a", {"id"}), index_on("b", {"customer_id"}),
                     index_on("c", {"id", "customer_id"}), index_on("d", {"customer_id", "id"})};
    CHECK(only(table, "schema.duplicate_index").status == Status::pass);
    CHECK(only(table, "schema.duplicate_index").message == "4 indexes, each with its own work");
    table.indexes = {index_on("a", {"id"}), index_on("b", {"id"})};
    table.indexes[1].definition = "DESC";
    CHECK(only(table, "schema.duplicate_index").status == Status::pass);
    table.indexes[1] = index_on("b", {"id"});
    table.indexes[1].method = "hash";
    CHECK(only(table, "schema.duplicate_index").status == Status::pass);
    table.indexes = {index_on("a", {"id"})};
    CHECK(only(table, "schema.duplicate_index").message == "1 index, each with its own work");
}

TEST_CASE("of two indexes that do the same work the lesser one is named") {
    auto table = orders();
    table.indexes = {index_on("first", {"shop_id"}), index_on("second", {"shop_id"})};
    table.indexes[1].bytes = 8192;
    auto result = only(table, "schema.duplicate_index");
    CHECK(result.status == Status::fail);
    CHECK(result.message == "index second does the same work as first");
    CHECK(result.columns == std::vector<std::string>{"shop_id"});
    CHECK(result.observed == Observed{std::int64_t{8192}, "bytes"});

    table.indexes[1].unique = true;
    CHECK(only(table, "schema.duplicate_index").message ==
          "index first does the same work as second");
    table.indexes[0].constraint = true;
    table.indexes[0].unique = true;
    CHECK(only(table, "schema.duplicate_index").message ==
          "index second does the same work as first");
    table.indexes[1].constraint = true;
    CHECK(only(table, "schema.duplicate_index").status == Status::pass);
}

TEST_CASE("each surplus index is named once, with a fingerprint of its own") {
    auto table = orders();
    table.indexes = {index_on("a", {"shop_id"}), index_on("b", {"shop_id"}),
                     index_on("c", {"shop_id"})};
    const auto found = of_rule(table, "schema.duplicate_index");
    REQUIRE(found.size() == 2);
    CHECK(found[0].message == "index b does the same work as a");
    CHECK(found[1].message == "index c does the same work as a");
    CHECK(found[0].fingerprint != found[1].fingerprint);
}

TEST_CASE("an index that is not valid never makes a good one surplus") {
    auto table = orders();
    table.indexes = {index_on("broken", {"shop_id"}), index_on("good", {"shop_id"})};
    table.indexes[0].valid = false;
    CHECK(only(table, "schema.duplicate_index").status == Status::pass);
}

TEST_CASE("a materialized view was filled or has a finding, a table never has") {
    auto table = orders();
    table.kind = TableKind::materialized_view;
    CHECK(only(table, "table.populated").status == Status::pass);
    table.populated = false;
    CHECK(only(table, "table.populated").status == Status::fail);
    CHECK(check_structure(table).size() == 1);
    table.kind = TableKind::table;
    CHECK(of_rule(table, "table.populated").empty());
}

TEST_CASE("hostile names pass through unchanged, for the writers to escape") {
    auto table = orders();
    table.indexes = {index_on("a\x1b", {"x\n"}), index_on("b\"", {"x\n"})};
    CHECK(only(table, "schema.duplicate_index").message == "index b\" does the same work as a\x1b");
}
