// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/history/schema_state.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace assay;

namespace {

TableSchema orders() {
    TableSchema table;
    table.ref = {"public", "or\"ders\x1b[31m"};
    table.kind = TableKind::partitioned;
    ColumnSpec id;
    id.name = "id";
    id.type = ColumnType::integer;
    id.declared_type = "bigint";
    id.nullable = false;
    ColumnSpec other;
    other.name = std::string("\xff\0x", 3);
    other.default_sql = "'secret'";
    table.columns = {id, other};
    table.primary_key = Key{"pk", {"id"}};
    table.unique_keys = {{"", {"id", other.name}}};
    table.foreign_keys = {{"fk", {"id"}, {"public", "parent"}, {"key"}, true}};
    return table;
}

bool is_refused(const std::string& state) {
    try {
        read_schema(state);
        return false;
    } catch (const Error& error) {
        return error.kind() == ErrorKind::usage;
    }
}

} // namespace

TEST_CASE("a kept definition is read back, without what may hold data") {
    const std::string state = write_schema(orders());
    CHECK(state.find("secret") == std::string::npos);
    const TableSchema table = read_schema(state);
    CHECK(write_schema(table) == state);
    CHECK(table.ref == orders().ref);
    CHECK(table.kind == TableKind::partitioned);
    REQUIRE(table.columns.size() == 2);
    CHECK(table.columns[0].declared_type == "bigint");
    CHECK_FALSE(table.columns[0].nullable);
    CHECK(table.columns[1].name == orders().columns[1].name);
    CHECK(table.columns[1].nullable);
    CHECK(table.primary_key->columns == orders().primary_key->columns);
    CHECK(table.unique_keys.front().columns == orders().unique_keys.front().columns);
    CHECK(table.foreign_keys.front().referenced == TableRef{"public", "parent"});
    CHECK(table.foreign_keys.front().referenced_columns == std::vector<std::string>{"key"});
    CHECK(write_schema(read_schema(write_schema({}))) == write_schema({}));
}

TEST_CASE("a definition that was cut, prolonged or changed is refused or another one") {
    const std::string state = write_schema(orders());
    for (std::size_t size = 0; size < state.size(); ++size) {
        CHECK(is_refused(state.substr(0, size)));
    }
    CHECK(is_refused(state + "x"));
    for (std::size_t at = 0; at < state.size(); ++at) {
        std::string changed = state;
        changed[at] = static_cast<char>(changed[at] ^ 0x41);
        CHECK((is_refused(changed) || write_schema(read_schema(changed)) == changed));
    }
}
