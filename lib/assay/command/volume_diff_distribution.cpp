// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_distribution.hpp"

#include "assay/base/text.hpp"
#include "assay/command/column_categories.hpp"
#include "assay/command/column_spread.hpp"
#include "assay/scan/both_sides.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace assay {
namespace {

struct ComparedColumn {
    std::size_t a = 0;
    std::size_t b = 0;
};

bool has_distance(ColumnType a, ColumnType b) noexcept {
    return (is_numeric(a) && is_numeric(b)) || (is_temporal(a) && is_temporal(b));
}

bool is_ignored(const ColumnSpec& column, const VolumeDiffOptions& options) {
    const std::string name = to_lower_ascii(column.name);
    return std::any_of(options.ignore.begin(), options.ignore.end(),
                       [&](const auto& ignored) { return to_lower_ascii(ignored) == name; });
}

std::vector<ComparedColumn> compared_columns(const TablePair& pair,
                                             const VolumeDiffOptions& options) {
    std::vector<ComparedColumn> columns;
    const ColumnMatches matches =
        match_columns(*pair.a, *pair.b, mapped_columns(pair, options.map));
    for (const auto& [a, b] : matches.both) {
        const ColumnSpec& in_a = pair.a->columns[a];
        const ColumnSpec& in_b = pair.b->columns[b];
        const bool comparable =
            has_distance(in_a.type, in_b.type) || has_categories(in_a.type, in_b.type);
        if (comparable && in_a.readable && in_b.readable && !is_ignored(in_a, options) &&
            !is_ignored(in_b, options)) {
            columns.push_back({a, b});
        }
    }
    return columns;
}

MeasuredTable measure_side(const Source& source, const TableSchema& table, const std::string& where,
                           const CommonOptions& options) {
    // The other side is read at the same time.
    ProfileRequest request;
    request.where = where;
    request.memory = options.memory / 2;
    request.sketches = Sketches::with_top_values;
    Workers workers(*source.session, 1);
    return measure_table(workers, table, request);
}

CheckResult judge_texts(const TablePair& pair, const ComparedColumn& column, const MeasuredTable& a,
                        const MeasuredTable& b, ValuesPolicy values, Facts more) {
    const ColumnSpec& spec = pair.a->columns[column.a];
    const std::string against_a = reason_against_categories(a, column.a);
    const std::string against =
        against_a.empty() ? reason_against_categories(b, column.b) : against_a;
    if (!against.empty()) {
        return skipped_result("volume.distribution", pair.a->ref, {spec.name},
                              fmt::format("side {} {}", against_a.empty() ? "B" : "A", against));
    }
    return judge_categories(
        {pair.a->ref, spec, top_values_of(a, column.a), top_values_of(b, column.b)}, values,
        std::move(more));
}

CheckResult judge_column(const TablePair& pair, const ComparedColumn& column,
                         const MeasuredTable& a, const MeasuredTable& b, ValuesPolicy values) {
    const ColumnSpec& in_a = pair.a->columns[column.a];
    const ColumnSpec& in_b = pair.b->columns[column.b];
    Facts nulls{{"nulls_a", nulls_of(a, column.a)}, {"nulls_b", nulls_of(b, column.b)}};
    if (has_categories(in_a.type, in_b.type)) {
        return judge_texts(pair, column, a, b, values, std::move(nulls));
    }
    const bool texts_a = holds_only_texts(a, column.a);
    if (texts_a || holds_only_texts(b, column.b)) {
        return skipped_result("volume.distribution", pair.a->ref, {in_a.name},
                              fmt::format("side {} keeps its values as texts, which have no "
                                          "quantiles",
                                          texts_a ? "A" : "B"));
    }
    const ColumnSpread spread_a = read_column_spread(quantile_state(a, column.a), in_a.type);
    const ColumnSpread spread_b = read_column_spread(quantile_state(b, column.b), in_b.type);
    return judge_spreads({pair.a->ref, in_a.name, spread_a, spread_b, "in A", "in B"}, values,
                         std::move(nulls));
}

} // namespace

std::vector<CheckResult> compare_distributions(const TablePair& pair, const Sides& sides,
                                               const VolumeDiffOptions& options) {
    const auto columns = compared_columns(pair, options);
    if (columns.empty()) {
        return {skipped_result("volume.distribution", pair.a->ref, {},
                               "no column of numbers, times or texts on both sides")};
    }
    MeasuredTable a;
    MeasuredTable b;
    on_both_sides(
        [&] {
            a = measure_side(sides.a, *pair.a, sides.filter_a.condition(*pair.a), options.common);
        },
        [&] {
            b = measure_side(sides.b, *pair.b, sides.filter_b.condition(*pair.b), options.common);
        });
    std::vector<CheckResult> results;
    for (const ComparedColumn& column : columns) {
        results.push_back(judge_column(pair, column, a, b, options.common.values));
    }
    return results;
}

void explain_distributions(const TablePair& pair, const Sides& sides, Document& document) {
    const auto add = [&](const Source& source, const TableSchema& table, const RowFilter& filter) {
        ProfileRequest request;
        request.where = filter.condition(table);
        document.plan.push_back(scan_step(source, profile_scan(table, request), reason_to_scan));
    };
    add(sides.a, *pair.a, sides.filter_a);
    add(sides.b, *pair.b, sides.filter_b);
}

} // namespace assay
