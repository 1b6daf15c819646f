// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/schema_change.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace assay;

namespace {

using Kind = SchemaChangeKind;

ColumnSpec column(const std::string& name, const std::string& type) {
    ColumnSpec spec;
    spec.name = name;
    spec.declared_type = type;
    return spec;
}

TableSchema table_of(std::vector<ColumnSpec> columns) {
    TableSchema table;
    table.ref = {"public", "orders"};
    table.columns = std::move(columns);
    return table;
}

const TableSchema before = table_of({column("id", "integer"), column("amount", "numeric(10,2)")});

CheckResult check(const TableSchema& now) {
    return check_schema_change(now, SchemaSeen{0, before});
}

} // namespace

TEST_CASE("a definition that stays as it is passes, whatever the case of its types") {
    CHECK(schema_changes(before, before).empty());
    const auto result =
        check(table_of({column("id", "INTEGER"), column("amount", "Numeric(10,2)")}));
    CHECK(result.status == Status::pass);
    CHECK(result.message == "defined as on 1970-01-01T00:00:00Z");
    CHECK(schema_changes(before, table_of({before.columns[1], before.columns[0]})).empty());
}

TEST_CASE("without an earlier run there is nothing to compare with") {
    const auto result = check_schema_change(before, std::nullopt);
    CHECK(result.status == Status::skipped);
    CHECK(result.message.starts_with("learning: "));
}

TEST_CASE("a column that is added breaks nothing") {
    auto now = before;
    now.columns.push_back(column("note", "text"));
    CHECK(schema_changes(before, now) ==
          std::vector<SchemaChange>{{Kind::column_added, "note", "", "text"}});
    const auto result = check(now);
    CHECK(result.status == Status::fail);
    CHECK(result.severity == Severity::info);
    CHECK(result.message == "since 1970-01-01T00:00:00Z: column added note text");
}

TEST_CASE("columns that are removed, retyped or renamed break what reads them") {
    CHECK(schema_changes(before, table_of({column("id", "integer")})) ==
          std::vector<SchemaChange>{{Kind::column_removed, "amount", "numeric(10,2)", ""}});
    CHECK(schema_changes(before, table_of({before.columns[0], column("amount", "text")})) ==
          std::vector<SchemaChange>{{Kind::column_retyped, "amount", "numeric(10,2)", "text"}});
    const auto now = table_of({before.columns[0], column("total", "numeric(10,2)")});
    CHECK(schema_changes(before, now) ==
          std::vector<SchemaChange>{{Kind::column_renamed, "amount", "numeric(10,2)", "total"}});
    CHECK(check(now).severity == Severity::warning);
    // Another type at the same place is another column.
    CHECK(schema_changes(before, table_of({before.columns[0], column("total", "text")})) ==
          std::vector<SchemaChange>{{Kind::column_removed, "amount", "numeric(10,2)", ""},
                                    {Kind::column_added, "total", "", "text"}});
}

TEST_CASE("a column without a declared type is compared by what it holds") {
    CHECK(schema_changes(table_of({column("a", "")}), table_of({column("a", "")})).empty());
    CHECK(schema_changes(table_of({column("a", "")}), table_of({column("a", "text")})) ==
          std::vector<SchemaChange>{{Kind::column_retyped, "a", "other", "text"}});
}

TEST_CASE("NULL that is allowed breaks, NULL that is forbidden does not") {
    auto now = before;
    now.columns[1].nullable = false;
    CHECK(schema_changes(before, now) ==
          std::vector<SchemaChange>{{Kind::null_forbidden, "amount", "", ""}});
    CHECK(check(now).severity == Severity::info);
    CHECK(schema_changes(now, before) ==
          std::vector<SchemaChange>{{Kind::null_allowed, "amount", "", ""}});
    CHECK(check_schema_change(before, SchemaSeen{0, now}).severity == Severity::warning);
}

TEST_CASE("keys are compared by their columns, not by their names") {
    auto with_keys = before;
    with_keys.primary_key = Key{"pk", {"id"}};
    with_keys.unique_keys = {{"u", {"amount"}}};
    with_keys.foreign_keys = {{"fk", {"id"}, {"public", "parent"}, {"key"}, true}};
    auto renamed = with_keys;
    renamed.primary_key->name = renamed.foreign_keys[0].name = "other";
    CHECK(schema_changes(with_keys, renamed).empty());
    CHECK(schema_changes(before, with_keys) ==
          std::vector<SchemaChange>{
              {Kind::key_added, "FOREIGN KEY (id) REFERENCES public.parent (key)", "", ""},
              {Kind::key_added, "PRIMARY KEY (id)", "", ""},
              {Kind::key_added, "UNIQUE (amount)", "", ""}});
    CHECK(check_schema_change(before, SchemaSeen{0, with_keys}).severity == Severity::warning);
}

TEST_CASE("many changes are named in part and all told in the evidence") {
    auto now = before;
    for (int i = 0; i < 8; ++i) {
        now.columns.push_back(column("new" + std::to_string(i), "text"));
    }
    const auto result = check(now);
    CHECK(result.message.ends_with("; and 3 more"));
    CHECK(std::get<std::int64_t>(result.observed.value.value) == 8);
    CHECK(std::get<Fact::List>(find_fact(result.evidence, "changes")->value).size() == 8);
}
