// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/kept_value.hpp"

#include "assay/base/time.hpp"

#include "assay/store/sqlite/declared_type.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

#include <limits>
#include <string>

using namespace assay;

namespace {

Value integer(std::int64_t number) {
    return {ColumnType::integer, CellKind::integer, number, 0, ""};
}
Value real(double number) { return {ColumnType::real, CellKind::real, 0, number, ""}; }
Value text(std::string bytes) { return {ColumnType::text, CellKind::text, 0, 0, std::move(bytes)}; }
Value decimal(std::string digits) {
    return {ColumnType::decimal, CellKind::text, 0, 0, std::move(digits)};
}

std::string form(std::optional<Value> kept) {
    if (!kept) {
        return "refused";
    }
    kept->type = ColumnType::other;
    const std::string_view kind = kept->kind == CellKind::integer ? "integer "
                                  : kept->kind == CellKind::real  ? "real "
                                  : kept->kind == CellKind::text  ? "text "
                                                                  : "";
    return std::string(kind) + display(*kept);
}

ColumnSpec column_of(ColumnType type, const std::string& declared) {
    ColumnSpec column;
    column.type = type;
    column.declared_type = declared;
    return column;
}

std::string in_sqlite(const Value& value, const std::string& declared) {
    ColumnSpec column = column_of(declared_column_type(declared), declared);
    column.enforced = false;
    return form(kept_value({StoreKind::sqlite, value}, StoreKind::sqlite, {}, column));
}

std::string in_postgres(const Value& value, ColumnType type, const std::string& declared) {
    return form(kept_value({StoreKind::postgresql, value}, StoreKind::postgresql, {},
                           column_of(type, declared)));
}

/// What SQLite itself makes of a literal.
std::string kept_by_sqlite(const Value& value, const std::string& declared) {
    const std::string literal =
        *value_literal({StoreKind::sqlite, value}, StoreKind::sqlite, ColumnType::other);
    SQLite::Database memory(":memory:", SQLite::OPEN_READWRITE);
    memory.exec("CREATE TABLE t (v " + declared + "); INSERT INTO t VALUES (" + literal + ")");
    SQLite::Statement row(memory, "SELECT v FROM t");
    row.executeStep();
    const SQLite::Column cell = row.getColumn(0);
    return form(cell.isInteger() ? integer(cell.getInt64())
                : cell.isFloat() ? real(cell.getDouble())
                                 : text(cell.getString()));
}

} // namespace

TEST_CASE("what a column of SQLite keeps is worked out as SQLite does it") {
    const std::string declared =
        GENERATE("INTEGER", "BIGINT", "TEXT", "varchar(3)", "REAL", "DOUBLE PRECISION", "NUMERIC",
                 "DECIMAL(10,2)", "STRING", "DATE", "BLOB", "", "ANY", "CHARINT", "FLOATING POINT");
    for (const Value& value : {integer(7),
                               integer(9007199254740993),
                               real(7),
                               real(2.5),
                               real(9.5e18),
                               real(-1e300),
                               real(9007199254740992.0),
                               text("007"),
                               text("1e2"),
                               text("+5"),
                               text("-5"),
                               text("+-5"),
                               text(" 1.50\t"),
                               text("5."),
                               text(".5"),
                               text("1e"),
                               text("e5"),
                               text("0x10"),
                               text("NaN"),
                               text("inf"),
                               text("Infinity"),
                               text(""),
                               text(" "),
                               text("1 2"),
                               text("1e500"),
                               text("9007199254740993"),
                               text("9223372036854775808"),
                               text("1.0"),
                               text("x"),
                               text("2024-01-01")}) {
        INFO(declared << ": " << form(value));
        CHECK(in_sqlite(value, declared) == kept_by_sqlite(value, declared));
    }
}

TEST_CASE("a strict column of SQLite refuses what is of another kind") {
    TableSchema table;
    table.strict = true;
    const auto kept = [&](const Value& value, const std::string& declared) {
        ColumnSpec column = column_of(declared_column_type(declared), declared);
        column.enforced = declared != "ANY";
        return form(kept_value({StoreKind::sqlite, value}, StoreKind::sqlite, table, column));
    };
    CHECK(kept(text("x"), "INTEGER") == "refused");
    CHECK(kept(text("12"), "INTEGER") == "integer 12");
    CHECK(kept(real(2.5), "INT") == "refused");
    CHECK(kept(integer(2), "REAL") == "real 2");
    CHECK(kept(text("x"), "REAL") == "refused");
    CHECK(kept(integer(2), "TEXT") == "text 2");
    CHECK(kept(text("x"), "BLOB") == "refused");
    CHECK(kept(text("007"), "ANY") == "text 007");
}

TEST_CASE("a column of numbers in Postgres rounds them, and refuses those that are too large") {
    CHECK(in_postgres(integer(40'000), ColumnType::integer, "smallint") == "refused");
    CHECK(in_postgres(integer(-32'768), ColumnType::integer, "smallint") == "integer -32768");
    CHECK(in_postgres(integer(3'000'000'000), ColumnType::integer, "integer") == "refused");
    CHECK(in_postgres(integer(3'000'000'000), ColumnType::integer, "bigint") ==
          "integer 3000000000");
    CHECK(in_postgres(decimal("9223372036854775808"), ColumnType::integer, "bigint") == "refused");
    CHECK(in_postgres(decimal("1.005"), ColumnType::decimal, "numeric(10,2)") == "text 1.01");
    CHECK(in_postgres(decimal("999.995"), ColumnType::decimal, "numeric(5,2)") == "refused");
    CHECK(in_postgres(decimal("999.994"), ColumnType::decimal, "numeric(5,2)") == "text 999.99");
    CHECK(in_postgres(decimal("0.012"), ColumnType::decimal, "numeric(2,3)") == "text 0.012");
    CHECK(in_postgres(decimal("0.12"), ColumnType::decimal, "numeric(2,3)") == "refused");
    CHECK(in_postgres(decimal("40000"), ColumnType::decimal, "numeric(3,-2)") == "text 40000");
    CHECK(in_postgres(decimal("NaN"), ColumnType::decimal, "numeric(3,2)") == "text NaN");
    CHECK(in_postgres(decimal("Infinity"), ColumnType::decimal, "numeric(3,2)") == "refused");
    CHECK(in_postgres(decimal("1.005"), ColumnType::decimal, "numeric") == "text 1.005");
    CHECK(in_postgres(integer(9007199254740993), ColumnType::real, "double precision") ==
          "real 9007199254740992");
    CHECK(in_postgres(decimal("1e-400"), ColumnType::real, "double precision") == "refused");
    CHECK(in_postgres(real(0.1), ColumnType::real, "real") == "real 0.1");
    CHECK(in_postgres(real(16'777'217), ColumnType::real, "real") == "real 16777216");
    CHECK(in_postgres(real(1e300), ColumnType::real, "real") == "refused");
    CHECK(in_postgres(decimal("-Infinity"), ColumnType::real, "real") == "real -Infinity");
}

TEST_CASE("a column of times in Postgres rounds them to its places, halves away from 2000") {
    const auto kept = [](Micros micros, const std::string& declared) {
        const Value time{ColumnType::timestamp, CellKind::integer, micros, 0, ""};
        return kept_value({StoreKind::postgresql, time}, StoreKind::postgresql, {},
                          column_of(ColumnType::timestamp, declared))
            ->integer;
    };
    const Micros year_2000 = 946'684'800 * micros_per_second;
    CHECK(kept(year_2000 + 500'000, "timestamp(0) without time zone") == year_2000 + 1'000'000);
    CHECK(kept(year_2000 + 499'999, "timestamp(0) without time zone") == year_2000);
    CHECK(kept(year_2000 - 500'000, "timestamp(0) with time zone") == year_2000 - 1'000'000);
    CHECK(kept(year_2000 + 1'500, "timestamp(3) without time zone") == year_2000 + 2'000);
    CHECK(kept(year_2000 + 1, "timestamp without time zone") == year_2000 + 1);
    CHECK(kept(year_2000 + 1, "timestamp(6) without time zone") == year_2000 + 1);
    const Micros infinity = std::numeric_limits<Micros>::max();
    CHECK(kept(infinity, "timestamp(0) without time zone") == infinity);
}

TEST_CASE("a column of texts in Postgres refuses those that are too long, and keeps no blanks in "
          "char(n)") {
    const auto kept = [](const std::string& value, const std::string& declared) {
        return in_postgres(text(value), ColumnType::text, declared);
    };
    CHECK(kept("äöü", "character varying(3)") == "text äöü");
    CHECK(kept("äöüs", "character varying(3)") == "refused");
    CHECK(kept("abc  ", "character varying(3)") == "text abc");
    CHECK(kept("ab ", "character(4)") == "text ab");
    CHECK(kept("abcde", "character(4)") == "refused");
    CHECK(kept("abcde", "text") == "text abcde");
}
