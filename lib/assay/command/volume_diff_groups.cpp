// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_groups.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/check/volume.hpp"
#include "assay/command/row_comparison.hpp"
#include "assay/command/time_column.hpp"
#include "assay/command/values.hpp"
#include "assay/scan/both_sides.hpp"
#include "assay/scan/row_groups.hpp"
#include "assay/scan/selection.hpp"
#include "assay/store/since.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace assay {
namespace {

Micros floor_to(Micros reading, Micros unit) noexcept {
    const Micros rest = reading % unit;
    return reading - (rest < 0 ? rest + unit : rest);
}

/// Weeks begin on Monday; 1970 began on a Thursday.
Micros slice_start(BucketSize size, Micros reading) noexcept {
    switch (size) {
    case BucketSize::hour: return floor_to(reading, micros_per_hour);
    case BucketSize::day: return floor_to(reading, micros_per_day);
    case BucketSize::week: break;
    }
    constexpr Micros monday = 4 * micros_per_day;
    return floor_to(reading - monday, 7 * micros_per_day) + monday;
}

/// The column of A that says when, named or guessed.
std::optional<TimeColumn> time_column(const TableSchema& table, const VolumeDiffOptions& options,
                                      StoreKind kind) {
    if (!options.common.since_column) {
        return guess_time_column(table);
    }
    const TimeColumn column{require_column(table, *options.common.since_column), ""};
    const ColumnSpec& spec = table.columns[column.ordinal];
    if (!can_hold_time(kind, spec)) {
        throw Error(ErrorKind::usage,
                    fmt::format("column {} of table {} is of type {} and holds no time",
                                display_identifier(spec.name), display_identifier(table.ref.name),
                                escape_text(spec.declared_type)),
                    "name a column of type date or timestamp with --column");
    }
    return column;
}

std::optional<std::size_t> named_column(const TableSchema& table, const std::string& name) {
    try {
        return require_column(table, name);
    } catch (const Error&) {
        return std::nullopt;
    }
}

GroupsByValue read_side(Session& session, const GroupRequest& request, Comparison comparison,
                        const VolumeDiffOptions& options) {
    if (!options.usual.by) {
        return count_by_value(session, request, comparison);
    }
    const BucketSize size = *options.usual.by;
    const TimeSlices slices{[size](Micros reading) { return slice_start(size, reading); },
                            options.usual.tz, options.common.assume_tz};
    return count_by_time(session, request, slices);
}

/// "2024-01-31", "2024-01-31 10:00"; a value of a column as far as it may be shown.
Fact name_of(const RowGroup& group, const VolumeDiffOptions& options) {
    if (!options.usual.by || group.value.kind == CellKind::null) {
        return shown_of(options.by_column, group.value, options.common.values, group.rows);
    }
    const std::size_t length = *options.usual.by == BucketSize::hour ? 16 : 10;
    return display(group.value).substr(0, length);
}

/// The groups of both sides in their order, each with its rows.
std::vector<GroupRows> joined(const GroupsByValue& a, const GroupsByValue& b,
                              const VolumeDiffOptions& options) {
    std::vector<GroupRows> groups;
    auto in_a = a.begin();
    auto in_b = b.begin();
    while (in_a != a.end() || in_b != b.end()) {
        const bool has_a = in_a != a.end() && (in_b == b.end() || in_a->first <= in_b->first);
        const bool has_b = in_b != b.end() && (in_a == a.end() || in_b->first <= in_a->first);
        RowGroup both = has_a ? in_a->second : in_b->second;
        both.rows = std::max(both.rows, has_b ? in_b->second.rows : 0);
        groups.push_back(
            {name_of(both, options), has_a ? in_a->second.rows : 0, has_b ? in_b->second.rows : 0});
        in_a = has_a ? std::next(in_a) : in_a;
        in_b = has_b ? std::next(in_b) : in_b;
    }
    return groups;
}

} // namespace

bool counts_groups(const VolumeDiffOptions& options) noexcept {
    return options.usual.by || !options.by_column.empty();
}

std::optional<GroupColumns> group_columns(const TablePair& pair, const VolumeDiffOptions& options,
                                          StoreKind kind) {
    const auto time = options.usual.by ? time_column(*pair.a, options, kind) : std::nullopt;
    const auto a = time               ? std::optional(time->ordinal)
                   : options.usual.by ? std::nullopt
                                      : named_column(*pair.a, options.by_column);
    if (!a) {
        return std::nullopt;
    }
    const ColumnMatches matches =
        match_columns(*pair.a, *pair.b, mapped_columns(pair, options.map));
    for (const auto& [in_a, in_b] : matches.both) {
        if (in_a == *a) {
            return GroupColumns{in_a, in_b, time ? time->why : ""};
        }
    }
    return std::nullopt;
}

void require_groups(const std::vector<TablePair>& pairs, const VolumeDiffOptions& options,
                    StoreKind kind) {
    const TablePair* last = nullptr;
    for (const auto& pair : pairs) {
        if (pair.a == nullptr || pair.b == nullptr) {
            continue;
        }
        if (group_columns(pair, options, kind)) {
            return;
        }
        last = &pair;
    }
    if (last == nullptr) {
        return;
    }
    if (!options.usual.by) {
        require_column(*last->a, options.by_column);
    }
    throw Error(ErrorKind::not_found,
                options.usual.by
                    ? "no selected table has, on both sides, a column that looks like the time of "
                      "a row"
                    : fmt::format("no selected table has a column {} on both sides",
                                  display_identifier(options.by_column)),
                options.usual.by ? "name one with --column" : "tell its name on side B with --map");
}

CheckResult compare_groups(const TablePair& pair, Session& a, Session& b,
                           const SideConditions& where, const VolumeDiffOptions& options) {
    const auto columns = group_columns(pair, options, a.source().kind);
    GroupDifference difference;
    difference.table = pair.a->ref;
    if (!columns) {
        CheckResult result = make_result("volume.groups", pair.a->ref, {});
        result.status = Status::skipped;
        result.message = options.usual.by ? "no column looks like the time of a row"
                                          : "no such column on both sides";
        return result;
    }
    const ColumnSpec& column_a = pair.a->columns[columns->a];
    const ColumnSpec& column_b = pair.b->columns[columns->b];
    const Comparison comparison = comparison_for(column_a.type, column_b.type);
    GroupsByValue groups_a;
    GroupsByValue groups_b;
    on_both_sides(
        [&] {
            groups_a = read_side(a, {pair.a, columns->a, where.a}, comparison, options);
        },
        [&] {
            groups_b = read_side(b, {pair.b, columns->b, where.b}, comparison, options);
        });
    difference.column = column_a.name;
    difference.by = options.usual.by ? std::string(to_string(*options.usual.by)) : column_a.name;
    difference.unit = options.usual.by ? difference.by : "group";
    difference.groups = joined(groups_a, groups_b, options);
    if (options.usual.by) {
        const std::string& zone =
            options.usual.tz.empty() ? options.common.assume_tz : options.usual.tz;
        difference.zone = zone.empty() ? "UTC" : zone;
    }
    return check_group_counts(difference, options.max_diff, options.limit);
}

} // namespace assay
