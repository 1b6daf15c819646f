// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/common_values.hpp"

#include "assay/base/error.hpp"

#include <utility>

namespace assay {
namespace {

/// Fewer may share a value by chance.
constexpr std::int64_t fewest_rows = 10;
/// A column of more values does not say whose a row is.
constexpr std::size_t most_values = 10'000;
/// A table may have any number of columns that are the same in all rows: each costs a scan.
constexpr std::size_t most_counted = 3;

bool may_say_whose(ColumnType type) noexcept {
    return is_categorical(type) || type == ColumnType::integer || type == ColumnType::uuid;
}

/// Rows with the value; nullopt: all rows have it.
std::optional<std::int64_t> rows_with(const GroupsByValue& groups, const Value& value) {
    std::int64_t rows = 0;
    for (const auto& [key, group] : groups) {
        rows += compare(group.value, value) == 0 ? group.rows : 0;
    }
    return groups.size() == 1 && rows > 0 ? std::nullopt : std::optional(rows);
}

} // namespace

CommonValues::CommonValues(const RowComparison& plan) : m_plan(plan) {
    // A key of one column is another one in each row.
    if (plan.request.key.size() > 1) {
        add_candidates(plan.request.key, true);
    }
    add_candidates(plan.request.other, false);
    for (auto& shared : m_shared) {
        shared.values.resize(m_candidates.size());
    }
}

void CommonValues::add_candidates(const std::vector<ColumnPair>& columns, bool is_key) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (may_say_whose(m_plan.tables.a->columns[columns[i].a].type)) {
            m_candidates.push_back({columns[i], i, is_key});
        }
    }
}

const Value* CommonValues::value_of(const Candidate& candidate, const RowChange& row) const {
    const bool in_key = candidate.is_key || m_plan.request.key.empty();
    const auto& values = in_key ? row.key : row.a.empty() ? row.b : row.a;
    return candidate.position < values.size() ? &values[candidate.position] : nullptr;
}

void CommonValues::add(const RowChange& row) {
    Shared& shared = m_shared.at(static_cast<std::size_t>(row.kind));
    const bool is_first = shared.rows++ == 0;
    for (std::size_t i = 0; i < m_candidates.size(); ++i) {
        const Value* value = value_of(m_candidates[i], row);
        std::optional<Value>& common = shared.values[i];
        if (value == nullptr || value->kind == CellKind::null) {
            common.reset();
        } else if (is_first) {
            common = *value;
        } else if (common && compare(*common, *value) != 0) {
            common.reset();
        }
    }
}

std::optional<CommonValue> CommonValues::count(const Candidate& candidate, const Value& value,
                                               Session& a, Session& b) const {
    const auto rows = [&](Session& session, const TableSchema& table, std::size_t ordinal,
                          const std::string& where) {
        return rows_with(count_by_value(session, {&table, ordinal, where, most_values},
                                        candidate.column.comparison),
                         value);
    };
    try {
        const auto rows_a = rows(a, *m_plan.tables.a, candidate.column.a, m_plan.request.where_a);
        const auto rows_b = rows(b, *m_plan.tables.b, candidate.column.b, m_plan.request.where_b);
        return rows_a && rows_b
                   ? std::optional(CommonValue{m_plan.tables.a->columns[candidate.column.a].name,
                                               value, *rows_a, *rows_b})
                   : std::nullopt;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::query) {
            throw;
        }
        return std::nullopt; // too many values
    }
}

std::optional<CommonValue> CommonValues::find(ChangeKind kind, Session& a, Session& b) const {
    const Shared& shared = m_shared.at(static_cast<std::size_t>(kind));
    std::optional<CommonValue> best;
    std::size_t counted = 0;
    for (std::size_t i = 0; i < m_candidates.size() && shared.rows >= fewest_rows; ++i) {
        if (!shared.values[i] || ++counted > most_counted) {
            continue;
        }
        auto found = count(m_candidates[i], *shared.values[i], a, b);
        if (found && (!best || found->rows_a + found->rows_b < best->rows_a + best->rows_b)) {
            best = std::move(found);
        }
    }
    return best;
}

} // namespace assay
