// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/number_times.hpp"

#include "assay/metric/number_time.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

namespace assay {
namespace {

constexpr int rows_looked_at = 10'000;

/// @return NaN where the text is no number
double number_of(const Value& value) noexcept {
    double number = std::nan("");
    std::from_chars(value.bytes.data(), value.bytes.data() + value.bytes.size(), number);
    return number;
}

} // namespace

Query encoding_query(StoreKind kind, const TableSchema& table, std::size_t ordinal) {
    // How many values there are, how many of them are numbers, and between which ends these are.
    const bool is_postgres = kind == StoreKind::postgresql;
    const std::string_view schema = is_postgres ? "pg_catalog." : "";
    // NaN and infinities have no size.
    const std::string_view number =
        is_postgres
            ? "CASE WHEN v::pg_catalog.text NOT IN ('NaN', 'Infinity', '-Infinity') THEN v END"
            : "CASE WHEN typeof(v) IN ('integer', 'real') AND v > -9e999 AND v < 9e999 THEN v END";
    return {
        fmt::format("SELECT {0}count(v), {0}count({1}), CAST({0}min({1}) AS {2}), "
                    "CAST({0}max({1}) AS {2}) FROM (SELECT {3} AS v FROM {4} LIMIT {5}) AS rows",
                    schema, number, is_postgres ? "pg_catalog.text" : "TEXT",
                    quote_identifier(table.columns[ordinal].name), quote_table(table.ref),
                    rows_looked_at),
        {ColumnType::integer, ColumnType::integer, ColumnType::text, ColumnType::text}};
}

std::optional<TimeEncoding> encoding_of_column(Session& session, const TableSchema& table,
                                               std::size_t ordinal) {
    const auto ends =
        session.query_row_of({&table}, encoding_query(session.source().kind, table, ordinal));
    const bool are_usual = 2 * ends.at(1).integer > ends.at(0).integer;
    if (!are_usual) {
        return std::nullopt;
    }
    return encoding_of_numbers(
        std::max(std::abs(number_of(ends.at(2))), std::abs(number_of(ends.at(3)))));
}

} // namespace assay
