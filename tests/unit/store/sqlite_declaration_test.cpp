// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sqlite/ddl.hpp"
#include "assay/store/sqlite/declared_type.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace assay {
namespace {

TEST_CASE("a declaration says what its reader expects") {
    const auto [declared, type] = GENERATE(table<std::string, ColumnType>({
        {"INTEGER", ColumnType::integer},
        {"int", ColumnType::integer},
        {"UNSIGNED BIG INT", ColumnType::integer},
        {"tinyint(1)", ColumnType::integer},
        {"Boolean", ColumnType::boolean},
        {"REAL", ColumnType::real},
        {"DOUBLE PRECISION", ColumnType::real},
        {"FLOATING POINT", ColumnType::real},
        {"DECIMAL(10,2)", ColumnType::decimal},
        {"NUMERIC", ColumnType::decimal},
        {"money", ColumnType::decimal},
        {"NVARCHAR(160)", ColumnType::text},
        {"character varying", ColumnType::text},
        {"CLOB", ColumnType::text},
        {"TINYTEXT", ColumnType::text},
        {"uuid", ColumnType::uuid},
        {"JSONB", ColumnType::json},
        {"BLOB", ColumnType::bytes},
        {"VARBINARY(16)", ColumnType::bytes},
        {"DATE", ColumnType::date},
        {"TIME", ColumnType::time},
        {"DATETIME", ColumnType::timestamp},
        {"timestamp(3)", ColumnType::timestamp},
        {"timestamp(3) with time zone", ColumnType::timestamptz},
        {"timestamptz", ColumnType::timestamptz},
        {"timestamp without time zone", ColumnType::timestamp},
        {"", ColumnType::other},
        {"ANY", ColumnType::other},
        {"POINT", ColumnType::other},
        {"INTERVAL", ColumnType::other},
        {"ENUM('int','text')", ColumnType::other},
        {"FLURB", ColumnType::other},
        {"INTEGER_OR_TEXT", ColumnType::other},
    }));
    INFO(declared);
    CHECK(declared_column_type(declared) == type);
}

TEST_CASE("CHECK constraints are found behind quotes, comments and other words") {
    const auto checks = check_constraints(
        "CREATE TABLE \"a(check(1))\"(\n"
        "  [check] INT CHECK([check] > 0), -- CHECK (comment)\n"
        "  b TEXT DEFAULT ('check (x)') CONSTRAINT \"b \"\"name\"\"\" CHECK (b IN ('(', ')''')),\n"
        "  \"c\" INT REFERENCES p(check_it) constraint c2 NOT NULL,\n"
        "  Check (b <> 'x' /* ) */)\n)");
    REQUIRE(checks.size() == 3);
    CHECK(checks[0].name.empty());
    CHECK(checks[0].sql == "[check] > 0");
    CHECK(checks[1].name == "b \"name\"");
    CHECK(checks[1].sql == "b IN ('(', ')''')");
    CHECK(checks[2].sql == "b <> 'x' /* ) */");
}

TEST_CASE("a definition without constraints, cut short or empty gives none") {
    CHECK(check_constraints("").empty());
    CHECK(check_constraints("CREATE TABLE t(a, b)").empty());
    CHECK(check_constraints("CREATE TABLE t(a CHECK").empty());
    CHECK(check_constraints("CREATE TABLE t(a CHECK(").empty());
    CHECK(check_constraints("CREATE TABLE t(a 'open").empty());
}

TEST_CASE("the key of an index is what follows its table") {
    CHECK(index_key_text("CREATE INDEX \"i(\" ON [t(]( a COLLATE nocase ) WHERE a > 1") ==
          "( a COLLATE nocase ) WHERE a > 1");
    CHECK(index_key_text("").empty());
}

} // namespace
} // namespace assay
