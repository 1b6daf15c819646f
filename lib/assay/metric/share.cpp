// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/share.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace assay {
namespace {

/// The 97.5 % quantile of the normal distribution.
constexpr double z = 1.959963984540054;
/// Below that a variance between groups says little.
constexpr std::size_t least_groups = 20;

struct Totals {
    double rows = 0;
    double hits = 0;
    double fraction() const noexcept { return hits / rows; }
};

Totals add_up(std::span<const GroupTally> groups) noexcept {
    Totals totals;
    for (const GroupTally& group : groups) {
        totals.rows += static_cast<double>(group.rows);
        totals.hits += static_cast<double>(group.hits);
    }
    return totals;
}

/// Clusters of one size that tell as much as those of the sample.
double clusters_worth(std::size_t groups, double rows, const SampleDesign& design) noexcept {
    if (design.squares > 0) {
        return rows * rows / design.squares;
    }
    return design.clusters > 0 ? static_cast<double>(design.clusters) : static_cast<double>(groups);
}

/// The squares of the rows of all clusters, added up. A row that is drawn alone is a cluster.
double squares_of(double rows, const SampleDesign& design) noexcept {
    if (design.unit != SampleUnit::clusters) {
        return rows;
    }
    if (design.squares > 0) {
        return design.squares;
    }
    return design.clusters > 0 ? rows * rows / static_cast<double>(design.clusters) : rows;
}

/// Independent draws that the rows of a sample are worth.
double worth(std::span<const GroupTally> groups, double rows, const SampleDesign& design) noexcept {
    if (design.unit != SampleUnit::clusters) {
        return rows;
    }
    const auto effect = design.scattered ? std::nullopt : design_effect(groups);
    return effect ? rows / *effect : std::min(rows, clusters_worth(groups.size(), rows, design));
}

std::int64_t to_count(double number) noexcept {
    constexpr double most = 9.2e18;
    return static_cast<std::int64_t>(std::round(std::clamp(number, 0.0, most)));
}

} // namespace

Share wilson_interval(double fraction, double trials) noexcept {
    const double z_square = z * z / trials;
    const double middle = fraction + z_square / 2;
    const double reach =
        z * std::sqrt(fraction * (1 - fraction) / trials + z_square / (4 * trials));
    return {fraction, std::clamp((middle - reach) / (1 + z_square), 0.0, fraction),
            std::clamp((middle + reach) / (1 + z_square), fraction, 1.0)};
}

std::optional<double> design_effect(std::span<const GroupTally> groups) noexcept {
    const Totals totals = add_up(groups);
    if (groups.size() < least_groups || totals.hits <= 0 || totals.hits >= totals.rows) {
        return std::nullopt;
    }
    const double fraction = totals.fraction();
    double squares = 0;
    for (const GroupTally& group : groups) {
        const double residual =
            static_cast<double>(group.hits) - fraction * static_cast<double>(group.rows);
        squares += residual * residual;
    }
    const auto count = static_cast<double>(groups.size());
    const double variance = squares * count / (count - 1) / (totals.rows * totals.rows);
    const double independent = fraction * (1 - fraction) / totals.rows;
    return std::max(1.0, variance / independent);
}

std::optional<Share> estimate_share(std::span<const GroupTally> groups,
                                    const SampleDesign& design) noexcept {
    const Totals totals = add_up(groups);
    if (totals.rows <= 0) {
        return std::nullopt;
    }
    return wilson_interval(totals.fraction(), std::max(1.0, worth(groups, totals.rows, design)));
}

RowEstimate estimate_rows(std::int64_t sampled, const SampleDesign& design) noexcept {
    const auto rows = static_cast<double>(sampled);
    const double value = rows / design.fraction;
    const double reach =
        z * std::sqrt((1 - design.fraction) * squares_of(rows, design)) / design.fraction;
    const std::int64_t most = sampled == 0 ? to_count(3 / design.fraction) : 0;
    return {to_count(value), std::max(sampled, to_count(value - reach)),
            std::max(most, to_count(value + reach))};
}

} // namespace assay
