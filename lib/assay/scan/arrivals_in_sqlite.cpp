// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/arrivals_in_sqlite.hpp"

#include "assay/scan/sqlite_times.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

/// The parts of the statement, one for each encoding.
class ArrivalsSql {
public:
    ArrivalsSql(const TableSchema& table, const ColumnSpec& column, const Index& index)
        : m_name(quote_identifier(column.name)), m_cell(m_name + " COLLATE BINARY"),
          m_from(fmt::format(" FROM {} INDEXED BY {} WHERE ", quote_table(table.ref),
                             quote_identifier(index.name))) {}

    void add_texts(Micros from, Micros until) {
        // Texts begin with their day; two days cover every offset and every zone.
        add(text_parameter(""), text_parameter(format_date(day_of(from) - 2)),
            text_parameter(format_date(day_of(until) + 3)),
            // Of one minute, and alike but for the second.
            fmt::format("substr({0}, 1, 16), substr({0}, 20)", m_name));
    }

    void add_numbers(const SqliteTimeRange& range, Micros from, Micros until) {
        constexpr double micros_per_minute = 60e6;
        const auto bound = [&range](double number) {
            return real_parameter(std::clamp(number, range.from, range.to));
        };
        add(real_parameter(range.from), bound(range.of(from) - range.tolerance),
            bound(range.of(until) + range.tolerance),
            fmt::format("CAST({} * {} AS INTEGER)", m_name,
                        range.micros_per_unit / micros_per_minute));
    }

    Query take() && { return std::move(m_query); }

private:
    /// What lies in [lower, upper) in groups, and the last value of [least, lower).
    void add(Value least, Value lower, Value upper, const std::string& group) {
        const std::size_t first = m_query.parameters.size() + 1;
        for (Value* value : {&least, &lower, &upper}) {
            m_query.parameters.push_back(std::move(*value));
        }
        m_query.sql += fmt::format(
            "{0}SELECT min({1}), max({1}), count(*){3}{2} >= ?{5} AND {2} < ?{6} GROUP BY {7} "
            "UNION ALL SELECT * FROM (SELECT {1}, {1}, 0{3}{2} >= ?{4} AND {2} < ?{5} "
            "ORDER BY {2} DESC LIMIT 1)",
            m_query.sql.empty() ? "" : " UNION ALL ", m_name, m_cell, m_from, first, first + 1,
            first + 2, group);
    }

    Query m_query{"", {ColumnType::text, ColumnType::text, ColumnType::integer}, {}};
    std::string m_name;
    std::string m_cell; ///< in conditions, whatever collation the column declares
    std::string m_from;
};

} // namespace

Query sqlite_arrivals_query(const TableSchema& table, std::size_t column, const Index& index,
                            Micros from, Micros until) {
    const ColumnSpec& spec = table.columns.at(column);
    ArrivalsSql sql(table, spec, index);
    if (!has_text_affinity(spec)) {
        for (const SqliteTimeRange& range : sqlite_time_ranges) {
            sql.add_numbers(range, from, until);
        }
    }
    sql.add_texts(from, until);
    return std::move(sql).take();
}

} // namespace assay
