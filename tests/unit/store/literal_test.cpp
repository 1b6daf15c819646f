// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/literal.hpp"

#include "assay/base/time.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>

using namespace assay;

namespace {

Value integer(std::int64_t number, ColumnType type = ColumnType::integer) {
    return {type, CellKind::integer, number, 0, ""};
}
Value real(double number) { return {ColumnType::real, CellKind::real, 0, number, ""}; }
Value text(std::string bytes, ColumnType type = ColumnType::text) {
    return {type, CellKind::text, 0, 0, std::move(bytes)};
}
Value blob(std::string bytes) {
    return {ColumnType::bytes, CellKind::blob, 0, 0, std::move(bytes)};
}

std::string to_postgres(const Value& value, ColumnType type,
                        StoreKind from = StoreKind::postgresql) {
    return value_literal({from, value}, StoreKind::postgresql, type).value_or("none");
}
std::string to_sqlite(const Value& value, ColumnType type, StoreKind from = StoreKind::postgresql) {
    return value_literal({from, value}, StoreKind::sqlite, type).value_or("none");
}

const Value null_value;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan_number = std::numeric_limits<double>::quiet_NaN();

} // namespace

TEST_CASE("a text becomes a literal that no setting, shell or terminal reads in another way") {
    const auto postgres = [](std::string_view text) {
        return text_literal(StoreKind::postgresql, text).value_or("none");
    };
    const auto sqlite = [](std::string_view text) {
        return text_literal(StoreKind::sqlite, text).value_or("none");
    };
    CHECK(postgres("it's") == "'it''s'");
    CHECK(sqlite("it's") == "'it''s'");
    CHECK(postgres("") == "''");
    CHECK(sqlite("") == "''");
    CHECK(postgres("a\\'b") == R"(E'a\\''b')");
    CHECK(sqlite("a\\'b") == "'a\\''b'");
    CHECK(postgres("a\nb\x1b\u202e") == R"(E'a\u000ab\u001b\u202e')");
    CHECK(sqlite("a\nb\x1b\u202e") == "'a'||char(10)||'b'||char(27)||char(8238)");
    CHECK(postgres("\U000e0041") == R"(E'\U000e0041')");
    CHECK(postgres("\u65e5\u672c") == "'\u65e5\u672c'");
}

TEST_CASE("SQLite keeps NUL bytes and invalid UTF-8, and Postgres does not") {
    const std::string nul("a\0b", 3);
    CHECK(text_literal(StoreKind::sqlite, nul) == "'a'||char(0)||'b'");
    CHECK_FALSE(text_literal(StoreKind::postgresql, nul));
    CHECK(text_literal(StoreKind::sqlite, "\xff\x61") == "CAST(x'ff61' AS TEXT)");
    CHECK_FALSE(text_literal(StoreKind::postgresql, "\xff\x61"));
}

TEST_CASE("a text with many line breaks is no deep expression") {
    const std::string literal = *text_literal(StoreKind::sqlite, std::string(10'000, '\n'));
    std::int64_t depth = 0;
    std::int64_t deepest = 0;
    for (const char c : literal) {
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        deepest = std::max(deepest, depth);
    }
    CHECK(depth == 0);
    CHECK(deepest < 20);
}

TEST_CASE("NULL is NULL everywhere") {
    CHECK(to_postgres(null_value, ColumnType::integer) == "NULL");
    CHECK(to_sqlite(null_value, ColumnType::text) == "NULL");
}

TEST_CASE("numbers keep their values in the other store") {
    CHECK(to_postgres(integer(-5), ColumnType::integer) == "-5");
    CHECK(to_postgres(integer(5), ColumnType::decimal) == "'5'");
    CHECK(to_postgres(real(0.1), ColumnType::real) == "'0.1'");
    CHECK(to_postgres(real(nan_number), ColumnType::decimal) == "'NaN'");
    CHECK(to_postgres(real(5), ColumnType::integer, StoreKind::sqlite) == "5");
    CHECK(to_postgres(real(5.5), ColumnType::integer, StoreKind::sqlite) == "none");
    CHECK(to_postgres(text("1.10", ColumnType::decimal), ColumnType::decimal) == "'1.10'");
    CHECK(to_postgres(text("x", ColumnType::integer), ColumnType::integer, StoreKind::sqlite) ==
          "none");
    CHECK(to_sqlite(integer(7), ColumnType::integer) == "7");
    CHECK(to_sqlite(text("1.10", ColumnType::decimal), ColumnType::decimal) == "1.1");
    CHECK(to_sqlite(text("1.10", ColumnType::decimal), ColumnType::text) == "'1.10'");
    CHECK(to_sqlite(text("0.12345678901234567890", ColumnType::decimal), ColumnType::decimal) ==
          "none");
    CHECK(to_sqlite(text("NaN", ColumnType::decimal), ColumnType::decimal) == "'NaN'");
    CHECK(to_sqlite(real(nan_number), ColumnType::real) == "none");
    CHECK(to_sqlite(real(-infinity), ColumnType::real) == "-9e999");
}

TEST_CASE("a real of SQLite stays a real, to the last bit") {
    const auto own = [](double number) {
        return to_sqlite(real(number), ColumnType::real, StoreKind::sqlite);
    };
    CHECK(own(5) == "5.0");
    CHECK(own(0.1) == "0.1");
    CHECK(own(1e300) == "1e+300");
    CHECK(own(infinity) == "9e999");
    CHECK(own(0.1 + 0.2) == "(5404319552844596/18014398509481984.0)");
    CHECK(5404319552844596 / 18014398509481984.0 == 0.1 + 0.2);
}

TEST_CASE("truth is a word in Postgres and a number in SQLite") {
    const Value yes = integer(1, ColumnType::boolean);
    CHECK(to_postgres(yes, ColumnType::boolean) == "'true'");
    CHECK(to_postgres(integer(0), ColumnType::boolean, StoreKind::sqlite) == "'false'");
    CHECK(to_postgres(integer(2), ColumnType::boolean, StoreKind::sqlite) == "none");
    CHECK(to_postgres(yes, ColumnType::integer) == "1");
    CHECK(to_postgres(text("true"), ColumnType::boolean, StoreKind::sqlite) == "'true'");
    CHECK(to_sqlite(yes, ColumnType::boolean) == "1");
    CHECK(to_sqlite(yes, ColumnType::text) == "'true'");
}

TEST_CASE("binary data is not text") {
    const std::string bytes("\0\xff'", 3);
    CHECK(to_postgres(blob(bytes), ColumnType::bytes) == R"(E'\\x00ff27')");
    CHECK(to_postgres(blob(bytes), ColumnType::text) == "none");
    CHECK(to_sqlite(blob(bytes), ColumnType::bytes) == "x'00ff27'");
    CHECK(to_postgres(text("a"), ColumnType::bytes, StoreKind::sqlite) == "none");
}

TEST_CASE("a moment stays the same moment") {
    const Micros noon = parse_time("2024-01-31 12:00:00")->micros;
    const Value instant = integer(noon, ColumnType::timestamptz);
    CHECK(to_postgres(instant, ColumnType::timestamptz) == "'2024-01-31T12:00:00Z'");
    CHECK(to_postgres(instant, ColumnType::timestamp) == "'2024-01-31 12:00:00'");
    CHECK(to_postgres(instant, ColumnType::date) == "none");
    CHECK(to_postgres(text("2024-01-31T13:00:00+01:00", ColumnType::timestamp),
                      ColumnType::timestamp, StoreKind::sqlite) == "'2024-01-31 12:00:00'");
    CHECK(to_postgres(text("soon", ColumnType::timestamp), ColumnType::timestamp,
                      StoreKind::sqlite) == "none");
    CHECK(to_postgres(integer(1'700'000'000, ColumnType::timestamp), ColumnType::timestamp,
                      StoreKind::sqlite) == "none");
    CHECK(to_sqlite(instant, ColumnType::timestamp) == "'2024-01-31T12:00:00Z'");
    CHECK(to_sqlite(integer(1'700'000'000, ColumnType::timestamp), ColumnType::timestamp,
                    StoreKind::sqlite) == "1700000000");
    const Value never = integer(std::numeric_limits<Micros>::max(), ColumnType::timestamp);
    CHECK(to_postgres(never, ColumnType::timestamptz) == "'infinity'");
    CHECK(to_sqlite(never, ColumnType::timestamp) == "'infinity'");
    CHECK(to_postgres(integer(-800'000, ColumnType::date), ColumnType::date) == "none");
}
