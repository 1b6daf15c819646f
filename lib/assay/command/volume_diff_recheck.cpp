// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_recheck.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/metric/comparable.hpp"
#include "assay/scan/segment_diff.hpp"
#include "assay/table/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace assay {
namespace {

/// Keys that one statement names.
constexpr std::size_t most_named_keys = 5'000;

/// What tells a row from others.
const std::vector<ColumnPair>& columns_of_name(const RowDiffRequest& request) {
    return request.key.empty() ? request.other : request.key;
}

std::string named_keys(const std::string& column, const std::set<std::int64_t>& keys) {
    std::string list;
    for (const std::int64_t key : keys) {
        list += fmt::format("{}{}", list.empty() ? "" : ", ", key);
    }
    return fmt::format("{} IN ({})", quote_identifier(column), list);
}

std::string both(const std::string& keys, const std::string& where) {
    return where.empty() ? keys : fmt::format("({}){}", keys, condition_sql("AND", where));
}

std::int64_t number_of(const CheckResult& result, std::string_view name) {
    const Fact* fact = find_fact(result.evidence, name);
    const auto* number = fact == nullptr ? nullptr : std::get_if<std::int64_t>(&fact->value);
    return number == nullptr ? 0 : *number;
}

} // namespace

DifferingKeys::DifferingKeys(const RowDiffRequest& request) : m_columns(columns_of_name(request)) {}

bool DifferingKeys::are_of(const RowDiffRequest& request) const {
    const auto& columns = columns_of_name(request);
    return std::equal(columns.begin(), columns.end(), m_columns.begin(), m_columns.end(),
                      [](const auto& x, const auto& y) { return x.a == y.a && x.b == y.b; });
}

std::string DifferingKeys::bytes_of(const RowChange& row) const {
    std::string bytes;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const ColumnPair& pair = m_columns[i];
        const auto& as = row.kind == ChangeKind::only_b ? pair.as_b : pair.as_a;
        const Value& value = row.key.at(i);
        Column cell(value.type);
        append_value(cell, value);
        append_comparable(as.value_or(pair.comparison), cell, 0, bytes);
    }
    return bytes;
}

void DifferingKeys::note_integer(const RowChange& row) {
    m_are_integers = m_are_integers && row.key.size() == 1 &&
                     row.key.front().kind == CellKind::integer &&
                     row.key.front().type == ColumnType::integer;
    if (!m_are_integers) {
        m_integers.clear();
    } else if (m_integers.size() <= most_named_keys) {
        m_integers.insert(row.key.front().integer);
    }
}

void DifferingKeys::add(const RowChange& row) {
    ++m_rows_by_key[bytes_of(row)];
    ++m_rows;
    note_integer(row);
}

bool DifferingKeys::take(const RowChange& row) {
    const auto found = m_rows_by_key.find(bytes_of(row));
    if (found == m_rows_by_key.end() || found->second == 0) {
        return false;
    }
    --found->second;
    return true;
}

StillDifferent look_again(RowComparison plan, Session& a, Session& b,
                          const VolumeDiffOptions& options, DifferingKeys& before) {
    RowDiffRequest& request = plan.request;
    if (!before.are_of(request)) {
        throw Error(ErrorKind::query,
                    fmt::format("table {} has other columns now, so that its rows cannot be looked "
                                "at again",
                                display_identifier(plan.tables.a->ref.name)));
    }
    const bool are_named = has_segments(*plan.tables.a, *plan.tables.b, request) &&
                           !before.integers().empty() &&
                           before.integers().size() <= most_named_keys;
    if (are_named) {
        const ColumnPair& key = request.key.front();
        const auto narrow = [&](const TableSchema& table, std::size_t column, std::string& where) {
            where = both(named_keys(table.columns[column].name, before.integers()), where);
        };
        narrow(*plan.tables.a, key.a, request.where_a);
        narrow(*plan.tables.b, key.b, request.where_b);
        if (!request.young_a.empty()) {
            narrow(*plan.tables.a, key.a, request.young_a);
            narrow(*plan.tables.b, key.b, request.young_b);
        }
        request.access = RowAccess::index;
    }
    StillDifferent still;
    SeenDifferences seen;
    request.look = std::numeric_limits<std::size_t>::max();
    request.visit = [&](const RowChange& row) {
        if (before.take(row)) {
            ++still.rows;
            add_sample(plan, row, options, seen);
        }
    };
    const DiffSide side_a{a, *plan.tables.a};
    const DiffSide side_b{b, *plan.tables.b};
    if (are_named) {
        diff_rows(side_a, side_b, request);
    } else {
        diff_tables(side_a, side_b, request);
    }
    still.samples = samples_of(seen, options.limit);
    return still;
}

void tell_recheck(CheckResult& result, std::int64_t before, StillDifferent differing,
                  const VolumeDiffOptions& options) {
    const std::int64_t still = differing.rows;
    const Micros waited = options.recheck.value_or(0);
    for (auto& [name, fact] : result.evidence) {
        if (name == "samples") {
            fact = std::move(differing.samples);
        }
    }
    const std::string first = result.message;
    result.observed = {still, "rows"};
    result.rows_failed = still;
    result.message = fmt::format("{} {} after {}, of {} that differed: {}",
                                 still == 0 ? "none" : group_digits(still),
                                 still == 1 ? "still differs" : "still differ",
                                 format_duration(waited), group_digits(before), first);
    result.evidence.emplace_back("recheck", Facts{{"after_s", static_cast<double>(waited) / 1e6},
                                                  {"differed", before},
                                                  {"still_differ", still}});
    const bool good = within(options.max_diff, still,
                             std::max(number_of(result, "rows_a"), number_of(result, "rows_b")));
    result.status = good ? Status::pass : Status::fail;
}

} // namespace assay
