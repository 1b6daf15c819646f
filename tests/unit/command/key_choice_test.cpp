// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_unique.hpp"
#include "assay/command/key_choice.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace assay;

namespace {

using Columns = std::vector<std::size_t>;

TableSchema table_of(std::string name, const std::vector<std::string>& columns,
                     ColumnType type = ColumnType::text) {
    TableSchema table;
    table.ref = {"main", std::move(name)};
    for (const auto& column : columns) {
        ColumnSpec spec;
        spec.name = column;
        spec.type = type;
        table.columns.push_back(std::move(spec));
    }
    return table;
}

Index unique_index(std::vector<std::string> columns) {
    Index index;
    index.name = "u";
    index.columns = std::move(columns);
    index.unique = true;
    return index;
}

/// A table with a unique index of its first column.
TableSchema indexed() {
    TableSchema table = table_of("t", {"a", "b"});
    table.indexes = {unique_index({"a"})};
    return table;
}

std::string guarantor_of(const TableSchema& table, const Columns& columns,
                         NullPolicy nulls = NullPolicy::distinct,
                         StoreKind kind = StoreKind::postgresql) {
    return guarantor(kind, table, columns, nulls);
}

} // namespace

TEST_CASE("a business key is known by its name and its type") {
    CHECK(guess_key(table_of("people", {"name", "Email", "city"})) == 1U);
    CHECK(guess_key(table_of("Customers", {"email", "customer_no"})) == 1U);
    CHECK(guess_key(table_of("companies", {"email", "company-code"})) == 1U);
    CHECK(guess_key(table_of("addresses", {"AddressKey"})) == 0U);
    CHECK(guess_key(table_of("books", {"slug", "isbn"})) == 1U);
    CHECK(guess_key(table_of("t", {"note", "id"})) == 1U);
    CHECK_FALSE(guess_key(table_of("t", {"note", "email_opt_in", "user_id"})));
    CHECK_FALSE(guess_key(table_of("t", {})));
    CHECK_FALSE(guess_key(table_of("t", {"email"}, ColumnType::boolean)));
}

TEST_CASE("what is declared already, refers elsewhere or cannot be read is no guess") {
    TableSchema table = table_of("orders", {"id", "email"});
    table.primary_key = Key{"", {"id"}};
    CHECK(guess_key(table) == 1U);
    table.indexes = {unique_index({"email"})};
    CHECK_FALSE(guess_key(table));
    table.indexes[0].partial = true;
    CHECK(guess_key(table) == 1U);
    table.foreign_keys = {{"", {"email"}, {"main", "people"}, {"email"}}};
    CHECK_FALSE(guess_key(table));
    TableSchema closed = table_of("t", {"email"});
    closed.columns[0].readable = false;
    CHECK_FALSE(guess_key(closed));
    TableSchema keyed = table_of("t", {"id", "other"});
    keyed.primary_key = Key{"", {"other"}};
    CHECK_FALSE(guess_key(keyed));
}

TEST_CASE("declared keys are each told once") {
    TableSchema table = table_of("t", {"a", "b", "c"});
    table.primary_key = Key{"p", {"b", "a"}};
    table.unique_keys = {{"u", {"a", "b"}}, {"v", {"c"}}};
    table.indexes = {unique_index({"c"}), unique_index({""}), unique_index({"a"}),
                     unique_index({"b"})};
    table.indexes[2].partial = true;
    table.indexes[3].valid = false;
    CHECK(declared_keys(table) == std::vector<Columns>{{1, 0}, {2}, {1}});
    CHECK(declared_keys(table_of("t", {"a"})).empty());
}

TEST_CASE("a unique index on the key or a part of it guarantees the key") {
    CHECK(guarantor_of(indexed(), {0}) == "u");
    CHECK(guarantor_of(indexed(), {1, 0}) == "u");
    CHECK(guarantor_of(indexed(), {1}).empty());
    TableSchema table = table_of("t", {"a", "b"});
    table.indexes = {unique_index({"a", "b"})};
    CHECK(guarantor_of(table, {0}).empty());
    CHECK(guarantor_of(table, {1, 0}) == "u");
    table.indexes = {unique_index({"a", ""})};
    CHECK(guarantor_of(table, {0, 1}).empty());
}

TEST_CASE("an index that may not hold guarantees nothing") {
    const auto with = [](auto change) {
        TableSchema table = indexed();
        change(table.indexes[0]);
        return guarantor_of(table, {0});
    };
    CHECK(with([](Index& index) { index.unique = false; }).empty());
    CHECK(with([](Index& index) { index.valid = false; }).empty());
    CHECK(with([](Index& index) { index.partial = true; }).empty());
    CHECK(with([](Index& index) { index.deferrable = true; }).empty());
    TableSchema parent = indexed();
    parent.has_children = true;
    CHECK(guarantor_of(parent, {0}).empty());
    parent.kind = TableKind::partitioned;
    CHECK(guarantor_of(parent, {0}) == "u");
}

TEST_CASE("NULL may repeat in a unique index, as far as the policy cares") {
    TableSchema table = indexed();
    CHECK(guarantor_of(table, {0}, NullPolicy::skip) == "u");
    CHECK(guarantor_of(table, {0}, NullPolicy::equal).empty());
    table.columns[0].nullable = false;
    CHECK(guarantor_of(table, {0}, NullPolicy::equal) == "u");
    CHECK(guarantor_of(table, {0, 1}, NullPolicy::equal) == "u");
}

TEST_CASE("in SQLite a primary key may hold NULL, unless it is the rowid") {
    TableSchema table = indexed();
    table.primary_key = Key{"", {"a"}};
    table.indexes[0].constraint = true;
    CHECK(guarantor_of(table, {0}, NullPolicy::distinct, StoreKind::sqlite).empty());
    table.columns[0].nullable = false;
    CHECK(guarantor_of(table, {0}, NullPolicy::distinct, StoreKind::sqlite) == "the primary key");
    table.columns[0].type = ColumnType::decimal;
    CHECK(guarantor_of(table, {0}, NullPolicy::distinct, StoreKind::sqlite).empty());
    CHECK(guarantor_of(table, {0}) == "u");
    TableSchema rowid = table_of("t", {"id"}, ColumnType::integer);
    rowid.primary_key = Key{"", {"id"}};
    rowid.columns[0].nullable = false;
    CHECK(guarantor_of(rowid, {0}, NullPolicy::equal, StoreKind::sqlite) == "the primary key");
    CHECK(guarantor_of(rowid, {0}, NullPolicy::equal).empty());
}

namespace {

std::vector<std::string> numbers_of(const TableSchema& table) {
    std::vector<std::string> names;
    for (const auto& column : table.columns) {
        if (numbers_rows(table, column)) {
            names.push_back(column.name);
        }
    }
    return names;
}

using Names = std::vector<std::string>;

} // namespace

TEST_CASE("the primary key and what is generated number the rows, other unique columns do not") {
    TableSchema table = table_of("orders", {"id", "code", "seq", "who"}, ColumnType::integer);
    table.indexes = {unique_index({"id"}), unique_index({"code"}), unique_index({"seq"})};
    table.primary_key = Key{"", {"id"}};
    CHECK(numbers_of(table) == Names{"id"});
    table.columns[2].default_sql = "nextval('orders_seq'::regclass)";
    CHECK(numbers_of(table) == Names{"id", "seq"});
    table.columns[3].type = ColumnType::uuid;
    table.columns[3].default_sql = "gen_random_uuid()";
    CHECK(numbers_of(table) == Names{"id", "seq", "who"});
}

TEST_CASE("without a primary key one unique id numbers the rows") {
    TableSchema table = table_of("orders", {"code", "order_id", "uuid"}, ColumnType::integer);
    CHECK(numbers_of(table).empty());
    table.indexes = {unique_index({"code"}), unique_index({"order_id"}), unique_index({"uuid"})};
    CHECK(numbers_of(table) == Names{"order_id"});
    table.columns[1].type = ColumnType::text;
    table.columns[2].type = ColumnType::uuid;
    CHECK(numbers_of(table) == Names{"uuid"});
    table.ref.name = "visits";
    table.columns[2].type = ColumnType::integer;
    CHECK(numbers_of(table).empty());
}
