// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/arrivals_in_sqlite.hpp"

#include "assay/metric/time_accumulator.hpp"
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
        const auto bound = [&range](double number) {
            return real_parameter(std::clamp(number, range.from, range.to));
        };
        add(real_parameter(range.from), bound(range.of(from) - range.tolerance),
            bound(range.of(until) + range.tolerance),
            fmt::format("CAST({} * {} AS INTEGER)", m_name,
                        range.micros_per_unit / double{micros_per_minute}));
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

/// The parts of the statement that looks for neighbours of moments.
class ProbeSql {
public:
    ProbeSql(const TableSchema& table, const ColumnSpec& column, const Index& index)
        : m_name(quote_identifier(column.name)), m_cell(m_name + " COLLATE BINARY"),
          m_from(fmt::format("SELECT {} FROM {} INDEXED BY {} WHERE {}", m_name,
                             quote_table(table.ref), quote_identifier(index.name), m_cell)) {}

    void add_moments(const std::vector<Micros>& moments) {
        m_query.sql = "WITH m(seconds) AS (VALUES ";
        for (const Micros moment : moments) {
            m_query.parameters.push_back(
                real_parameter(static_cast<double>(moment) / micros_per_second));
            const std::size_t number = m_query.parameters.size();
            m_query.sql += fmt::format("{}(?{})", number == 1 ? "" : ", ", number);
        }
        m_query.sql += ")";
    }
    /// The neighbours within [least, end) of what a moment is.
    void add_neighbours(const std::string& moment, const std::string& least,
                        const std::string& end) {
        m_query.sql += fmt::format(
            "{0}(SELECT * FROM ({1} >= {3} AND {2} <= {5} ORDER BY {2} DESC LIMIT 1)) FROM m UNION "
            "ALL SELECT (SELECT * FROM ({1} > {5} AND {2} < {4} ORDER BY {2} LIMIT 1)) FROM m",
            m_has_part ? " UNION ALL SELECT " : " SELECT ", m_from, m_cell, least, end, moment);
        m_has_part = true;
    }

    Query take() && { return std::move(m_query); }

private:
    Query m_query{"", {ColumnType::text}, {}};
    std::string m_name;
    std::string m_cell; ///< in conditions, whatever collation the column declares
    std::string m_from;
    bool m_has_part = false;
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

Query sqlite_probe_query(const TableSchema& table, std::size_t column, const Index& index,
                         const std::vector<Micros>& moments) {
    const ColumnSpec& spec = table.columns.at(column);
    ProbeSql sql(table, spec, index);
    sql.add_moments(moments);
    if (!has_text_affinity(spec)) {
        for (const SqliteTimeRange& range : sqlite_time_ranges) {
            sql.add_neighbours(fmt::format("m.seconds * {:.17g} + {:.17g}",
                                           micros_per_second / range.micros_per_unit, range.epoch),
                               fmt::format("{:.17g}", range.from),
                               fmt::format("{:.17g}", range.to));
        }
    }
    const std::string text = "datetime(CAST(m.seconds AS INTEGER), 'unixepoch')";
    sql.add_neighbours(text, "''", "x''");
    sql.add_neighbours("replace(" + text + ", ' ', 'T')", "''", "x''");
    return std::move(sql).take();
}

void OneForm::add(const Column& column) {
    constexpr std::size_t end_of_day = 10;
    for (std::size_t row = 0; row < column.size() && m_holds; ++row) {
        if (column.kind(row) == CellKind::null) {
            continue;
        }
        const auto reading = read_time(column, row);
        Form form{reading ? static_cast<int>(reading->encoding) : -1, 0, ' ', false};
        m_holds = reading.has_value();
        if (column.kind(row) == CellKind::text && m_holds) {
            const std::string_view text = column.bytes(row);
            const bool has_zone = !reading->naive;
            m_holds = !has_zone || text.back() == 'Z';
            form = {std::get<0>(form), text.size(),
                    text.size() > end_of_day ? text[end_of_day] : ' ', has_zone};
        }
        m_holds = m_holds && form == m_form.value_or(form);
        m_form = form;
    }
}

} // namespace assay
