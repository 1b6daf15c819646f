// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/column_numbers.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <limits>
#include <optional>

using namespace assay;

namespace {

std::optional<double> number(const TableRecord& table, const ColumnRecord& column,
                             const std::string& name) {
    const auto numbers = numbers_of(table, column);
    const auto found = std::find_if(numbers.begin(), numbers.end(),
                                    [&](const ColumnNumber& one) { return one.name == name; });
    return found == numbers.end() ? std::nullopt : std::optional(found->value);
}

TableRecord table_of(std::int64_t rows) {
    TableRecord table;
    table.rows_examined = rows;
    return table;
}

ColumnRecord amounts() {
    ColumnRecord column;
    column.type = "decimal";
    column.nulls = 2;
    column.distinct = Count{6, Method::estimate, 5, 7};
    column.min = "-1.25";
    column.max = std::int64_t{40};
    column.mean = 10;
    column.stddev = 3.5;
    column.quantiles = {{"0.01", -1.25}, {"0.5", std::int64_t{9}}, {"0.99", 40.0}};
    column.quantile_method = Method::estimate;
    return column;
}

} // namespace

TEST_CASE("the numbers of a column of numbers are those of its record") {
    const TableRecord table = table_of(10);
    const ColumnRecord column = amounts();
    CHECK(number(table, column, "distinct") == 6);
    CHECK(number(table, column, "distinct_fraction") == 0.75);
    CHECK(number(table, column, "min") == -1.25);
    CHECK(number(table, column, "max") == 40);
    CHECK(number(table, column, "stddev") == 3.5);
    CHECK(number(table, column, "sum") == 80);
    CHECK(number(table, column, "p01") == -1.25);
    CHECK(number(table, column, "median") == 9);
    CHECK(number(table, column, "p25") == std::nullopt);
    CHECK(number(table, column, "min_length") == std::nullopt);
    for (const auto& one : numbers_of(table, column)) {
        const bool is_estimate =
            one.name.starts_with("distinct") || one.name.starts_with("p") || one.name == "median";
        CHECK(one.method == (is_estimate ? Method::estimate : Method::exact));
    }
}

TEST_CASE("texts have lengths, and none of their values is a number of the column") {
    ColumnRecord column;
    column.type = "text";
    column.nulls = 0;
    column.distinct = Count{3, Method::exact, {}, {}};
    column.min = "1";
    column.max = "9";
    column.length = LengthRecord{1, 5, 2.5};
    CHECK(number(table_of(4), column, "min") == std::nullopt);
    CHECK(number(table_of(4), column, "min_length") == 1);
    CHECK(number(table_of(4), column, "max_length") == 5);
    CHECK(number(table_of(4), column, "mean_length") == 2.5);
    CHECK(reason_for_no_number("min", column, ValuesPolicy::safe) ==
          "no min: the column, of type text, holds no numbers");
}

TEST_CASE("a sum is told where it is known how many numbers there are") {
    ColumnRecord column = amounts();
    column.nans = 1;
    column.infinities = 2;
    CHECK(number(table_of(10), column, "sum") == 50);
    column.storage = {{"integer", 5}, {"real", 2}, {"text", 0}, {"blob", 1}};
    CHECK(number(table_of(10), column, "sum") == 40);
    column.storage = {{"integer", 5}, {"real", 2}, {"text", 1}, {"blob", 0}};
    CHECK(number(table_of(10), column, "sum") == std::nullopt);
    CHECK(reason_for_no_number("sum", column, ValuesPolicy::safe) ==
          "no sum: texts stand among the numbers of the column");
    column = amounts();
    column.mean = std::numeric_limits<double>::max();
    CHECK(number(table_of(10), column, "sum") == std::nullopt);
}

TEST_CASE("empty columns and hidden values have no numbers") {
    ColumnRecord column;
    column.type = "integer";
    column.nulls = 0;
    column.distinct = Count{0, Method::exact, {}, {}};
    CHECK(number(table_of(0), column, "distinct") == 0);
    CHECK(number(table_of(0), column, "distinct_fraction") == std::nullopt);
    CHECK(number(table_of(0), column, "mean") == std::nullopt);
    CHECK(reason_for_no_number("mean", column, ValuesPolicy::none) ==
          "no mean: --values none hides it");
    CHECK(numbers_of(table_of(0), ColumnRecord{}).empty());
    column = amounts();
    column.stddev.reset();
    CHECK(reason_for_no_number("stddev", column, ValuesPolicy::safe) ==
          "no stddev: it takes two numbers");
}

TEST_CASE("every number has a name and words") {
    for (const std::string_view name : column_number_names()) {
        CHECK_FALSE(column_number_words(name).empty());
    }
    CHECK(column_number_words("mean") == "the mean");
}
