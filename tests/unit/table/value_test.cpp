// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/time.hpp"
#include "assay/table/value.hpp"
#include "fake_session.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace std::string_literals;
using namespace assay;
using namespace assay::test;

namespace {

constexpr std::int64_t two_to_53 = std::int64_t{1} << 53;
constexpr auto least = std::numeric_limits<std::int64_t>::min();
constexpr auto most = std::numeric_limits<std::int64_t>::max();

Fact decimal_fact(const char* text) { return to_fact(text_value(text, ColumnType::decimal)); }

} // namespace

TEST_CASE("values are written as people and SQL write them") {
    CHECK(display(null_value()).empty());
    CHECK(display(integer_value(42)) == "42");
    CHECK(display(integer_value(least)) == "-9223372036854775808");
    CHECK(display(integer_value(1, ColumnType::boolean)) == "true");
    CHECK(display(integer_value(0, ColumnType::boolean)) == "false");
    CHECK(display(integer_value(19'753, ColumnType::date)) == "2024-01-31");
    CHECK(display(integer_value(6 * 3600 * micros_per_second, ColumnType::time)) == "06:00:00");
    CHECK(display(integer_value(0, ColumnType::timestamp)) == "1970-01-01 00:00:00");
    CHECK(display(integer_value(0, ColumnType::timestamptz)) == "1970-01-01T00:00:00Z");
    CHECK(display(integer_value(most, ColumnType::timestamptz)) == "infinity");
    CHECK(display(integer_value(least, ColumnType::date)) == "-infinity");
    CHECK(display(real_value(0.1)) == "0.1");
    CHECK(display(real_value(std::nan(""))) == "NaN");
    CHECK(display(text_value("1.10", ColumnType::decimal)) == "1.10");
    CHECK(display(text_value("a\nb")) == "a\nb");
    CHECK(display(blob_value("\0\xff"s)) == "\\x00ff");
    CHECK(display(blob_value("")) == "\\x");
}

TEST_CASE("whole numbers are JSON numbers as long as every reader can hold them") {
    CHECK(to_fact(integer_value(two_to_53)) == Fact(two_to_53));
    CHECK(to_fact(integer_value(-two_to_53)) == Fact(-two_to_53));
    CHECK(to_fact(integer_value(two_to_53 + 1)) == Fact("9007199254740993"));
    CHECK(to_fact(integer_value(least)) == Fact("-9223372036854775808"));
    CHECK(to_fact(integer_value(1, ColumnType::boolean)) == Fact(true));
    CHECK(to_fact(integer_value(0, ColumnType::timestamptz)) == Fact("1970-01-01T00:00:00Z"));
    CHECK(to_fact(integer_value(most, ColumnType::timestamp)) == Fact("infinity"));
    CHECK(to_fact(null_value()).is_null());
}

TEST_CASE("doubles are JSON numbers, what JSON cannot say is text") {
    CHECK(to_fact(real_value(0.5)) == Fact(0.5));
    CHECK(to_fact(real_value(2.0)) == Fact(std::int64_t{2}));
    CHECK(to_fact(real_value(-0.0)) == Fact(std::int64_t{0}));
    CHECK(to_fact(real_value(1e300)) == Fact(1e300));
    CHECK(to_fact(real_value(std::nan(""))) == Fact("NaN"));
    CHECK(to_fact(real_value(HUGE_VAL)) == Fact("Infinity"));
    CHECK(to_fact(real_value(-HUGE_VAL)) == Fact("-Infinity"));
}

TEST_CASE("decimals are JSON numbers only if a double prints back as the same decimal") {
    CHECK(decimal_fact("1.10") == Fact(1.1));
    CHECK(decimal_fact("3.00") == Fact(std::int64_t{3}));
    CHECK(decimal_fact("-0.5") == Fact(-0.5));
    CHECK(decimal_fact("9007199254740991") == Fact(std::int64_t{9007199254740991}));
    CHECK(decimal_fact("9007199254740993") == Fact("9007199254740993"));
    CHECK(decimal_fact("0.1000000000000000055") == Fact("0.1000000000000000055"));
    CHECK(decimal_fact("123456789.123456789123") == Fact("123456789.123456789123"));
    CHECK(decimal_fact("1e400") == Fact("1e400"));
    CHECK(decimal_fact("NaN") == Fact("NaN"));
    CHECK(decimal_fact("Infinity") == Fact("Infinity"));
    CHECK(decimal_fact("-Infinity") == Fact("-Infinity"));
    CHECK(decimal_fact("inf") == Fact("inf"));
    CHECK(decimal_fact("nan") == Fact("nan"));
    CHECK(decimal_fact("") == Fact(""));
    CHECK(decimal_fact("1,5") == Fact("1,5"));
    const std::string digits(1000, '7');
    CHECK(decimal_fact(digits.c_str()) == Fact(digits));
    CHECK(to_fact(text_value("1.10")) == Fact("1.10")); // a text is no decimal
    CHECK(to_fact(blob_value("a")) == Fact("\\x61"));
}

TEST_CASE("kinds are ordered as in SQLite") {
    const std::vector<Value> ascending = {null_value(),
                                          real_value(-HUGE_VAL),
                                          integer_value(least),
                                          real_value(-0.5),
                                          integer_value(0),
                                          real_value(0.5),
                                          integer_value(1),
                                          integer_value(two_to_53),
                                          integer_value(two_to_53 + 1),
                                          real_value(9007199254740994.0),
                                          integer_value(most),
                                          real_value(9223372036854775808.0),
                                          real_value(HUGE_VAL),
                                          real_value(std::nan("")),
                                          text_value(""),
                                          text_value("10"),
                                          text_value("9"),
                                          text_value("Z"),
                                          text_value("a"),
                                          text_value("ä"),
                                          blob_value(""),
                                          blob_value("a"),
                                          blob_value("\xff")};
    for (std::size_t i = 0; i < ascending.size(); ++i) {
        for (std::size_t j = 0; j < ascending.size(); ++j) {
            INFO(display(ascending[i]) << " against " << display(ascending[j]));
            CHECK(compare(ascending[i], ascending[j]) == (i < j ? -1 : (i == j ? 0 : 1)));
        }
    }
    CHECK(compare(integer_value(1), real_value(1.0)) == 0);
    CHECK(compare(real_value(-0.0), integer_value(0)) == 0);
    CHECK(compare(text_value("9", ColumnType::decimal), text_value("10.0", ColumnType::decimal)) ==
          -1);
    CHECK(compare(text_value("1.10", ColumnType::decimal),
                  text_value("1.1", ColumnType::decimal)) == 0);
}

TEST_CASE("a value is taken out of its batch whole") {
    Column column(ColumnType::text);
    column.append_text("first");
    column.append_null();
    column.append_integer(-7);
    column.append_real(0.25);
    column.append_blob("\0x"s);
    column.append_text("");
    CHECK(column.size() == 6);
    CHECK(value_at(column, 0) == text_value("first"));
    CHECK(value_at(column, 1) == null_value(ColumnType::text));
    CHECK(value_at(column, 2) == integer_value(-7, ColumnType::text));
    CHECK(value_at(column, 3) == real_value(0.25, ColumnType::text));
    CHECK(value_at(column, 4) == blob_value("\0x"s, ColumnType::text));
    CHECK(value_at(column, 5) == text_value(""));
    column.clear();
    CHECK(column.size() == 0);
    column.append_text("again");
    CHECK(value_at(column, 0) == text_value("again"));
}

TEST_CASE("a batch can be emptied and used again") {
    RowBatch batch;
    batch.columns.emplace_back(ColumnType::integer);
    batch.columns[0].append_integer(1);
    batch.row_count = 1;
    batch.clear();
    CHECK(batch.row_count == 0);
    CHECK(batch.columns.size() == 1);
    CHECK(batch.columns[0].size() == 0);
}

TEST_CASE("types and kinds of tables have names of their own") {
    std::set<std::string_view> types;
    for (int type = 0; type <= static_cast<int>(ColumnType::other); ++type) {
        types.insert(to_string(static_cast<ColumnType>(type)));
    }
    CHECK(types.size() == 14);
    std::set<std::string_view> kinds;
    for (int kind = 0; kind <= static_cast<int>(TableKind::virtual_table); ++kind) {
        kinds.insert(to_string(static_cast<TableKind>(kind)));
    }
    CHECK(kinds.size() == 7);
    CHECK(is_numeric(ColumnType::decimal));
    CHECK_FALSE(is_numeric(ColumnType::boolean));
    CHECK(is_temporal(ColumnType::date));
    CHECK_FALSE(is_temporal(ColumnType::time));
    CHECK_FALSE(is_temporal(ColumnType::interval));
}

TEST_CASE("a column is found by its exact name") {
    const auto table = table_schema(
        "t", {column_spec("id", ColumnType::integer), column_spec("Id", ColumnType::text)});
    CHECK(table.find_column("Id") == 1U);
    CHECK_FALSE(table.find_column("ID").has_value());
    CHECK_FALSE(table.find_column("").has_value());
    CHECK(qualified_name({"public", "orders"}) == "public.orders");
}
