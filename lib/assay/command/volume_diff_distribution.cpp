// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_distribution.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/check/distribution.hpp"
#include "assay/command/values.hpp"
#include "assay/scan/both_sides.hpp"
#include "assay/scan/profiler.hpp"
#include "assay/sketch/quantiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace assay {
namespace {

/// Values that stand for all of a column: as many as a saved state has exactly.
constexpr std::size_t most_values = Quantiles<double>::most_saved;

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
        if (has_distance(in_a.type, in_b.type) && in_a.readable && in_b.readable &&
            !is_ignored(in_a, options) && !is_ignored(in_b, options)) {
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
    request.sketches = Sketches::kept;
    Workers workers(*source.session, 1);
    return measure_table(workers, table, request);
}

const ColumnProfile* profile_of(const MeasuredTable& measured, std::size_t ordinal) {
    const auto& columns = measured.profile.columns;
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const auto& column) { return column.ordinal == ordinal; });
    return found == columns.end() ? nullptr : &*found;
}

/// The saved quantiles of a column; empty where it has neither numbers nor times.
std::string state_of(const MeasuredTable& measured, std::size_t ordinal) {
    for (const auto& column : measured.sketches) {
        for (const auto& sketch : column.states) {
            if (column.ordinal == ordinal && sketch.name == "quantiles") {
                return sketch.state;
            }
        }
    }
    return {};
}

template <typename T>
Spread read_spread(const std::string& state, double unit) {
    StateReader reader(state);
    const auto quantiles = Quantiles<T>::read(reader);
    const auto rows = static_cast<std::size_t>(quantiles.count());
    const std::size_t values = std::min(rows, most_values);
    std::vector<double> ranks;
    for (std::size_t i = 1; i <= values; ++i) {
        ranks.push_back(static_cast<double>(i) / static_cast<double>(values));
    }
    Spread spread{quantiles.count(), {}, quantiles.rank_error()};
    for (const T value : quantiles.at(ranks)) {
        spread.values.push_back(static_cast<double>(value) * unit);
    }
    return spread;
}

Spread spread_of(const MeasuredTable& measured, std::size_t ordinal) {
    const std::string state = state_of(measured, ordinal);
    if (state.empty()) {
        return {};
    }
    const ColumnProfile& profile = *profile_of(measured, ordinal);
    const bool is_real =
        !profile.quantiles.empty() && profile.quantiles.front().value.kind == CellKind::real;
    const bool is_date = measured.profile.schema.columns[ordinal].type == ColumnType::date;
    const double unit = is_date ? static_cast<double>(micros_per_day) : 1;
    return is_real ? read_spread<double>(state, unit) : read_spread<std::int64_t>(state, unit);
}

/// Does a side keep its numbers or times as texts, which have no distance?
bool holds_only_texts(const ColumnProfile& profile) {
    return profile.quantiles.empty() && profile.texts > 0;
}

/// "0.5": {"a": 10, "b": 20}
Facts shown_quantiles(const ColumnProfile& a, const ColumnProfile& b, ValuesPolicy values) {
    Facts quantiles;
    for (const Quantile& in_a : a.quantiles) {
        for (const Quantile& in_b : b.quantiles) {
            if (in_a.rank == in_b.rank) {
                quantiles.emplace_back(format_double(in_a.rank),
                                       Facts{{"a", shown(in_a.value, values, 0)},
                                             {"b", shown(in_b.value, values, 0)}});
            }
        }
    }
    return quantiles;
}

/// "250, 500, 750"; empty without values.
std::string quartiles(const ColumnProfile& column) {
    constexpr std::array ranks{0.25, 0.5, 0.75};
    std::string words;
    for (const Quantile& quantile : column.quantiles) {
        if (std::find(ranks.begin(), ranks.end(), quantile.rank) != ranks.end()) {
            words += (words.empty() ? "" : ", ") + display(quantile.value);
        }
    }
    return words;
}

std::string quartile_words(const ColumnProfile& a, const ColumnProfile& b, ValuesPolicy values) {
    return values == ValuesPolicy::none
               ? ""
               : fmt::format("{} in A; {} in B", quartiles(a), quartiles(b));
}

CheckResult judge_column(const TablePair& pair, const ComparedColumn& column,
                         const MeasuredTable& a, const MeasuredTable& b, ValuesPolicy values) {
    const std::string& name = pair.a->columns[column.a].name;
    const ColumnProfile& profile_a = *profile_of(a, column.a);
    const ColumnProfile& profile_b = *profile_of(b, column.b);
    for (const auto& [profile, side] : {std::pair(&profile_a, "A"), std::pair(&profile_b, "B")}) {
        if (holds_only_texts(*profile)) {
            return skipped_result(
                "volume.distribution", pair.a->ref, {name},
                fmt::format("side {} keeps its values as texts, which have no quantiles", side));
        }
    }
    const Spread spread_a = spread_of(a, column.a);
    const Spread spread_b = spread_of(b, column.b);
    DistributionFacts facts;
    facts.table = pair.a->ref;
    facts.column = name;
    facts.rows_a = spread_a.rows;
    facts.rows_b = spread_b.rows;
    if (facts.rows_a > 0 && facts.rows_b > 0) {
        facts.shift = shift_between(spread_a, spread_b);
        facts.quartiles = quartile_words(profile_a, profile_b, values);
    }
    facts.more_evidence = {{"nulls_a", profile_a.nulls},
                           {"nulls_b", profile_b.nulls},
                           {"quantiles", shown_quantiles(profile_a, profile_b, values)}};
    return check_distribution(facts);
}

} // namespace

std::vector<CheckResult> compare_distributions(const TablePair& pair, const Sides& sides,
                                               const VolumeDiffOptions& options) {
    const auto columns = compared_columns(pair, options);
    if (columns.empty()) {
        return {skipped_result("volume.distribution", pair.a->ref, {},
                               "no column of numbers or times on both sides")};
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
        document.plan.push_back(scan_step(source, profile_scan(table, request),
                                          "quantiles of every column of numbers or times"));
    };
    add(sides.a, *pair.a, sides.filter_a);
    add(sides.b, *pair.b, sides.filter_b);
}

} // namespace assay
