// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/common_values.hpp"

#include "assay/base/error.hpp"
#include "assay/scan/row_groups.hpp"

namespace assay {
namespace {

/// Fewer may share a value by chance.
constexpr std::int64_t fewest_rows = 10;
/// A table may have any number of columns that are the same in all rows: each costs a scan.
constexpr int most_read = 5;

bool may_say_whose(ColumnType type) noexcept {
    return is_categorical(type) || type == ColumnType::integer || type == ColumnType::uuid;
}

/// Has the column a second value? Read until it comes. What cannot be read says nothing: the
/// comparison is done, and this is only a hint.
bool has_two_values(Session& session, const GroupRequest& request, Comparison comparison) {
    try {
        count_by_value(session, request, comparison);
        return false;
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::cancelled || error.kind() == ErrorKind::connection ||
            error.kind() == ErrorKind::internal) {
            throw;
        }
        return error.kind() == ErrorKind::query;
    }
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

/// Has the column a second value on the side of such rows?
bool CommonValues::varies(const Candidate& candidate, ChangeKind kind, Session& a,
                          Session& b) const {
    const RowDiffRequest& request = m_plan.request;
    const Comparison comparison = candidate.column.comparison;
    return kind == ChangeKind::only_b
               ? has_two_values(b, {m_plan.tables.b, candidate.column.b, request.where_b, 1},
                                comparison)
               : has_two_values(a, {m_plan.tables.a, candidate.column.a, request.where_a, 1},
                                comparison);
}

std::array<std::vector<CommonValue>, 3> CommonValues::find(Session& a, Session& b) const {
    std::array<std::vector<CommonValue>, 3> found;
    int read = 0;
    for (const ChangeKind kind : {ChangeKind::only_a, ChangeKind::only_b, ChangeKind::changed}) {
        const auto place = static_cast<std::size_t>(kind);
        const Shared& shared = m_shared.at(place);
        for (std::size_t i = 0; i < m_candidates.size() && shared.rows >= fewest_rows; ++i) {
            const Candidate& candidate = m_candidates[i];
            if (shared.values[i] && ++read <= most_read && varies(candidate, kind, a, b)) {
                found.at(place).push_back(
                    {m_plan.tables.a->columns[candidate.column.a].name, *shared.values[i]});
            }
        }
    }
    return found;
}

} // namespace assay
