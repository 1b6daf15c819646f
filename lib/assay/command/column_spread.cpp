// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/column_spread.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/base/time.hpp"
#include "assay/command/values.hpp"
#include "assay/sketch/quantiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <type_traits>

namespace assay {
namespace {

/// Values that stand for all of a column. Each costs a look at all that the state has.
constexpr std::size_t most_values = 1'000;
constexpr std::array shown_ranks{0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};
constexpr std::array quartile_ranks{0.25, 0.5, 0.75};

template <typename T>
Value value_of(T number, ColumnType type) {
    Value value;
    if constexpr (std::is_same_v<T, double>) {
        value = {ColumnType::real, CellKind::real, 0, number, ""};
    } else {
        value = {is_temporal(type) ? type : ColumnType::integer, CellKind::integer, number, 0, ""};
    }
    return value;
}

template <typename T>
ColumnSpread read_as(const std::string& state, ColumnType type) {
    StateReader reader(state);
    const auto quantiles = Quantiles<T>::read(reader);
    const auto rows = static_cast<std::size_t>(quantiles.count());
    const std::size_t values = std::min(rows, most_values);
    std::vector<double> ranks;
    for (std::size_t i = 1; i <= values; ++i) {
        ranks.push_back(static_cast<double>(i) / static_cast<double>(values));
    }
    ColumnSpread column;
    column.spread = {quantiles.count(), {}, quantiles.rank_error()};
    // Days and moments can be compared.
    const double unit = type == ColumnType::date ? static_cast<double>(micros_per_day) : 1;
    for (const T value : quantiles.at(ranks)) {
        column.spread.values.push_back(static_cast<double>(value) * unit);
    }
    const auto shown = quantiles.at(shown_ranks);
    for (std::size_t i = 0; i < shown.size(); ++i) {
        column.quantiles.push_back({shown_ranks.at(i), value_of(shown[i], type)});
    }
    return column;
}

const ColumnProfile* profile_of(const MeasuredTable& measured, std::size_t ordinal) {
    const auto& columns = measured.profile.columns;
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const auto& column) { return column.ordinal == ordinal; });
    return found == columns.end() ? nullptr : &*found;
}

/// "0.5": {"a": 10, "b": 20}
Facts shown_quantiles(const SpreadPair& pair, ValuesPolicy values) {
    Facts quantiles;
    for (std::size_t i = 0; i < std::min(pair.a.quantiles.size(), pair.b.quantiles.size()); ++i) {
        quantiles.emplace_back(format_double(pair.a.quantiles[i].rank),
                               Facts{{"a", shown(pair.a.quantiles[i].value, values, 0)},
                                     {"b", shown(pair.b.quantiles[i].value, values, 0)}});
    }
    return quantiles;
}

/// "250, 500, 750"
std::string quartiles(const ColumnSpread& column) {
    std::string words;
    for (const Quantile& quantile : column.quantiles) {
        if (std::find(quartile_ranks.begin(), quartile_ranks.end(), quantile.rank) !=
            quartile_ranks.end()) {
            words += (words.empty() ? "" : ", ") + display(quantile.value);
        }
    }
    return words;
}

} // namespace

ColumnSpread read_column_spread(const std::string& state, ColumnType type) {
    if (state.empty()) {
        return {};
    }
    // The integers of a column are kept as reals from the first real on.
    try {
        return read_as<std::int64_t>(state, type);
    } catch (const Error&) {
        return read_as<double>(state, type);
    }
}

std::string quantile_state(const MeasuredTable& measured, std::size_t ordinal) {
    for (const auto& column : measured.sketches) {
        for (const auto& sketch : column.states) {
            if (column.ordinal == ordinal && sketch.name == "quantiles") {
                return sketch.state;
            }
        }
    }
    return {};
}

bool holds_only_texts(const MeasuredTable& measured, std::size_t ordinal) {
    const ColumnProfile* profile = profile_of(measured, ordinal);
    return profile != nullptr && profile->quantiles.empty() && profile->texts > 0;
}

std::int64_t nulls_of(const MeasuredTable& measured, std::size_t ordinal) {
    const ColumnProfile* profile = profile_of(measured, ordinal);
    return profile == nullptr ? 0 : profile->nulls;
}

CheckResult judge_spreads(const SpreadPair& pair, ValuesPolicy values, Facts more) {
    DistributionFacts facts;
    facts.table = pair.table;
    facts.column = pair.column;
    facts.rows_a = pair.a.spread.rows;
    facts.rows_b = pair.b.spread.rows;
    if (facts.rows_a > 0 && facts.rows_b > 0) {
        facts.shift = shift_between(pair.a.spread, pair.b.spread);
    }
    if (std::max(pair.a.spread.rank_error, pair.b.spread.rank_error) > 0) {
        facts.method = Method::estimate;
    }
    if (values != ValuesPolicy::none) {
        facts.quartiles = fmt::format("{} {}; {} {}", quartiles(pair.a), pair.name_a,
                                      quartiles(pair.b), pair.name_b);
    }
    facts.more_evidence = std::move(more);
    facts.more_evidence.emplace_back("quantiles", shown_quantiles(pair, values));
    return check_distribution(facts);
}

} // namespace assay
