// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "column_oracle.hpp"

#include "column_sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numeric>

namespace assay::test {
namespace {

/// Values of a column and how many rows hold them.
using Groups = std::map<std::string, std::int64_t>;

Cell cell_of(const std::optional<std::int64_t>& number) {
    return number ? Cell(std::to_string(*number)) : std::nullopt;
}

/// Asks about one column.
class ColumnOracle {
public:
    ColumnOracle(PlainSql& sql, const TableRecord& table, const ColumnRecord& column,
                 Ledger& ledger, std::size_t counters)
        : m_sql(sql), m_column(sql.kind(), table, column), m_record(column), m_ledger(ledger),
          m_counters(counters) {}

    void compare_counts();
    void compare_range();
    void compare_moments();
    void compare_quantiles();
    void compare_lengths();
    void compare_texts();
    void compare_storage();
    void compare_top();

private:
    std::vector<Cells> rows(const std::string& list, const std::string& rest) {
        return m_sql.rows("SELECT " + list + m_column.from() + " " + rest);
    }
    Cells row(const std::string& list, const std::string& rest = {}) {
        return rows(list, rest).at(0);
    }
    std::int64_t count_where(const std::string& condition) {
        return std::stoll(row("count(*)", "WHERE " + condition)[0].value());
    }
    Cell stddev();
    std::vector<Cells> sorted_values();
    void compare_rank(const std::string& what, const std::vector<Cells>& sorted,
                      std::int64_t nearest, const Fact& value);
    Groups groups();
    void compare_top_values(const Groups& groups);

    PlainSql& m_sql;
    ColumnSql m_column;
    const ColumnRecord& m_record;
    Ledger& m_ledger;
    std::size_t m_counters; ///< of frequent values
};

void ColumnOracle::compare_counts() {
    const Cells counts = row(fmt::format("count(*), count(*) - count({}), count(DISTINCT {})",
                                         m_column.name(), m_column.identity()));
    m_ledger.same("nulls", counts[1], cell_of(m_record.nulls));
    const double all = std::stod(*counts[0]);
    m_ledger.close("null fraction",
                   all > 0 ? Cell(fmt::format("{}", std::stod(*counts[1]) / all)) : Cell(),
                   m_record.null_fraction);
    if (!m_record.distinct) {
        m_ledger.fault("distinct: not measured");
        return;
    }
    m_ledger.same_count("distinct", std::stoll(*counts[2]), *m_record.distinct);
}

void ColumnOracle::compare_range() {
    const bool numbers = m_column.has_distance() && count_where(m_column.is_number()) > 0;
    Cells range{std::nullopt, std::nullopt};
    if (numbers || m_column.has_text_order()) {
        const std::string value = numbers ? m_column.name() : m_column.identity();
        range = row(m_column.as_text("min(" + value + ")") + ", " +
                        m_column.as_text("max(" + value + ")"),
                    "WHERE " + (numbers ? m_column.is_number() : m_column.is_text()));
    }
    m_ledger.same_value("min", range[0], m_record.min);
    m_ledger.same_value("max", range[1], m_record.max);
}

/// SQLite has no such function, and the textbook formula from sums of squares loses digits: first
/// the mean, then the squares of the distances from it.
Cell ColumnOracle::stddev() {
    if (m_sql.is_postgres()) {
        // Of type numeric it comes with few digits.
        return row("stddev_samp((" + m_column.amount() + ")::float8)")[0];
    }
    std::vector<long double> numbers;
    for (const Cells& cells : rows(m_column.name(), "WHERE " + m_column.is_number())) {
        numbers.push_back(std::stold(*cells[0]));
    }
    if (numbers.size() < 2) {
        return std::nullopt;
    }
    const auto count = static_cast<long double>(numbers.size());
    const long double mean = std::accumulate(numbers.begin(), numbers.end(), 0.0L) / count;
    long double squares = 0;
    for (const long double number : numbers) {
        squares += (number - mean) * (number - mean);
    }
    return fmt::format("{}", static_cast<double>(std::sqrt(squares / (count - 1))));
}

void ColumnOracle::compare_moments() {
    if (!m_column.is_numeric()) {
        m_ledger.close("mean", Cell(), m_record.mean);
        m_ledger.close("stddev", Cell(), m_record.stddev);
        return;
    }
    m_ledger.close("mean",
                   row("avg(" + m_column.amount() + ")", "WHERE " + m_column.is_number())[0],
                   m_record.mean);
    m_ledger.close("stddev", stddev(), m_record.stddev);
}

std::vector<Cells> ColumnOracle::sorted_values() {
    // Without the alias, Postgres sorts by the text that is selected.
    return rows(m_column.as_text(m_column.name()),
                "AS t WHERE " + m_column.is_number() + " ORDER BY t." + m_column.name());
}

void ColumnOracle::compare_quantiles() {
    const auto sorted = m_column.has_distance() ? sorted_values() : std::vector<Cells>{};
    const auto count = static_cast<std::int64_t>(sorted.size());
    m_ledger.same("quantiles", count > 0 ? 7 : 0,
                  static_cast<std::int64_t>(m_record.quantiles.size()));
    if (count == 0) {
        return;
    }
    for (const auto& [rank, value] : m_record.quantiles) {
        const std::int64_t percent = std::lround(std::stod(rank) * 100);
        const std::int64_t nearest = std::max<std::int64_t>((percent * count + 99) / 100, 1);
        if (m_record.quantile_method == Method::exact) {
            m_ledger.same_value("quantile " + rank,
                                sorted.at(static_cast<std::size_t>(nearest - 1))[0], value);
        } else {
            compare_rank("quantile " + rank, sorted, nearest, value);
        }
    }
}

/// An estimated quantile is one of the values, and one of its places among them lies no further
/// from the right one than the error that is stated.
void ColumnOracle::compare_rank(const std::string& what, const std::vector<Cells>& sorted,
                                std::int64_t nearest, const Fact& value) {
    const auto is_value = [&](const Cells& row) { return is_same_value(row[0], value); };
    const auto first = std::find_if(sorted.begin(), sorted.end(), is_value);
    const auto last = std::find_if_not(first, sorted.end(), is_value);
    const double margin =
        m_record.quantile_rank_error.value_or(0) * static_cast<double>(sorted.size()) + 1;
    const auto lowest = static_cast<double>(first - sorted.begin() + 1) - margin;
    const auto highest = static_cast<double>(last - sorted.begin()) + margin;
    const auto place = static_cast<double>(nearest);
    if (first == sorted.end() || place < lowest || place > highest) {
        m_ledger.fault(what + ": outside of its margin");
    }
}

void ColumnOracle::compare_lengths() {
    const Cells lengths = m_sql.row("SELECT min(n), max(n), avg(n) FROM (SELECT " +
                                    m_column.length() + " AS n" + m_column.from() + ") AS t");
    const auto& record = m_record.length;
    m_ledger.same("shortest", lengths[0], record ? Cell(std::to_string(record->min)) : Cell());
    m_ledger.same("longest", lengths[1], record ? Cell(std::to_string(record->max)) : Cell());
    m_ledger.close("mean length", lengths[2], record ? std::optional(record->mean) : std::nullopt);
}

void ColumnOracle::compare_texts() {
    m_ledger.same("blanks", count_where(m_column.is_blank()), m_record.blanks.value_or(0));
    std::int64_t in_patterns = 0;
    for (const auto& pattern : m_record.patterns) {
        in_patterns += pattern.count;
    }
    const std::int64_t texts = m_column.is_of({"text"}) ? count_where(m_column.is_text()) : 0;
    // Masks have counters in proportion.
    const bool all_listed = m_record.patterns.size() < 10 && m_counters >= usual_counters;
    if (all_listed ? in_patterns != texts : in_patterns > texts) {
        m_ledger.fault(fmt::format("patterns of {} texts, of {} in SQL", in_patterns, texts));
    }
}

void ColumnOracle::compare_storage() {
    if (m_sql.is_postgres() || m_record.storage.empty()) {
        return;
    }
    const std::string kind = "typeof(" + m_column.name() + ")";
    std::map<std::string, Cell> counts;
    for (const Cells& cells : rows(kind + ", count(*)", "GROUP BY " + kind)) {
        counts[*cells[0]] = cells[1];
    }
    for (const auto& [name, count] : m_record.storage) {
        m_ledger.same_value("cells of kind " + name, counts[name].value_or("0"), count);
    }
    m_ledger.same("misfits", count_where(m_column.is_misfit()), m_record.misfits.value_or(-1));
}

Groups ColumnOracle::groups() {
    Groups groups;
    for (const Cells& cells :
         rows(m_column.group_text() + ", count(*)",
              "WHERE " + m_column.name() + " IS NOT NULL GROUP BY " + m_column.identity())) {
        groups[*cells[0]] += std::stoll(*cells[1]);
    }
    return groups;
}

/// Every value that is listed has its count.
void ColumnOracle::compare_top_values(const Groups& groups) {
    constexpr std::size_t most_bytes = 250; // longer values are cut
    for (const auto& top : m_record.top) {
        const std::string value = text_of(top.value).value_or("");
        const auto found = groups.find(value);
        if (found == groups.end()) {
            if (value.size() < most_bytes) {
                m_ledger.fault("top: '" + value + "' is not in the table");
            }
        } else if (found->second < top.count || found->second > top.count_max) {
            m_ledger.fault(fmt::format("top '{}': SQL {}, assay {} to {}", value, found->second,
                                       top.count, top.count_max));
        }
    }
}

/// No value is missing that occurs more often than those that are listed, unless it is too rare for
/// the counters: a value gets one when it is more frequent than twice what the
/// values without one have on average, and with it its count is too low by no more than that.
void ColumnOracle::compare_top() {
    const Groups all = groups();
    compare_top_values(all);
    std::vector<std::int64_t> expected;
    std::int64_t values = 0;
    for (const auto& [value, count] : all) {
        expected.push_back(count);
        values += count;
    }
    std::sort(expected.begin(), expected.end(), std::greater<>());
    const bool fits = all.size() <= m_counters;
    const std::int64_t too_rare = fits ? 1 : 4 * values / static_cast<std::int64_t>(m_counters) + 1;
    const auto& top = m_record.top;
    for (std::size_t i = 0; i < std::min<std::size_t>(expected.size(), 10); ++i) {
        const std::string what = fmt::format("count of top value {}", i + 1);
        if (i >= top.size()) {
            if (expected[i] > too_rare) {
                m_ledger.fault(fmt::format("{}: SQL {}, not listed", what, expected[i]));
            }
        } else if (fits) {
            m_ledger.same(what, expected[i], top[i].count);
        } else if (expected[i] < top[i].count || expected[i] > top[i].count_max + too_rare) {
            m_ledger.fault(fmt::format("{}: SQL {}, assay {} to {}", what, expected[i],
                                       top[i].count, top[i].count_max));
        }
    }
}

} // namespace

void compare_column(PlainSql& sql, const TableRecord& table, const ColumnRecord& column,
                    Ledger& ledger, std::size_t counters) {
    ledger.at(table.name + "." + column.name + " (" + column.type + ")");
    ColumnOracle oracle(sql, table, column, ledger, counters);
    oracle.compare_counts();
    oracle.compare_range();
    oracle.compare_moments();
    oracle.compare_quantiles();
    oracle.compare_lengths();
    oracle.compare_texts();
    oracle.compare_storage();
    oracle.compare_top();
}

} // namespace assay::test
