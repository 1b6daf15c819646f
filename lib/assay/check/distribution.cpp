// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/distribution.hpp"

#include "assay/base/text.hpp"
#include "assay/check/chi_square.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace assay {
namespace {

constexpr std::size_t most_bins = 10;
constexpr double psi_that_matters = 0.1;
constexpr double large_psi = 0.25;
constexpr double ks_that_matters = 0.05;
constexpr double ks_chance = 0.001;
/// Below that the approximations of both tests mean little.
constexpr std::int64_t fewest_rows = 30;

/// The share of values up to `limit`.
double share_up_to(const Spread& spread, double limit) {
    const auto end = std::upper_bound(spread.values.begin(), spread.values.end(), limit);
    return static_cast<double>(end - spread.values.begin()) /
           static_cast<double>(spread.values.size());
}

/// The upper ends of the bins but the last one, which is open. Where the smallest value of the
/// reference fills a bin, what is below it gets a bin of its own.
std::vector<double> edges_of(const Spread& reference) {
    std::vector<double> edges;
    const std::size_t size = reference.values.size();
    for (std::size_t bin = 1; bin < most_bins; ++bin) {
        const std::size_t position = (bin * size + most_bins - 1) / most_bins;
        edges.push_back(reference.values[std::max<std::size_t>(position, 1) - 1]);
    }
    if (edges.front() == reference.values.front()) {
        edges.insert(edges.begin(), std::nextafter(edges.front(), -HUGE_VAL));
    }
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    return edges;
}

std::vector<double> shares_of(const Spread& spread, const std::vector<double>& edges) {
    std::vector<double> shares;
    double before = 0;
    for (const double edge : edges) {
        const double up_to = share_up_to(spread, edge);
        shares.push_back(up_to - before);
        before = up_to;
    }
    shares.push_back(1 - before);
    return shares;
}

/// A bin without rows is taken for half a row.
std::vector<double> without_zeros(std::vector<double> shares, std::int64_t rows) {
    constexpr double half = 0.5;
    for (double& share : shares) {
        share = std::max(share, half / static_cast<double>(rows));
    }
    return shares;
}

/// Each share of B moved as near to that of A as the errors of both allow.
std::vector<double> moved_near(const std::vector<double>& a, std::vector<double> b, double error) {
    for (std::size_t i = 0; i < b.size(); ++i) {
        b[i] += std::clamp(a[i] - b[i], -error, error);
    }
    return b;
}

double largest_distance(const Spread& a, const Spread& b) {
    double most = 0;
    const auto look = [&](const std::vector<double>& values) {
        for (const double value : values) {
            most = std::max(most, std::abs(share_up_to(a, value) - share_up_to(b, value)));
        }
    };
    look(a.values);
    look(b.values);
    return most;
}

/// By how much the share up to a value may be wrong.
double error_of(const Spread& spread) {
    const bool is_whole = spread.values.size() == static_cast<std::size_t>(spread.rows);
    return spread.rank_error + (is_whole ? 0 : 1 / static_cast<double>(spread.values.size()));
}

bool psi_differs(const DistributionShift& shift) {
    return shift.psi_at_least >= psi_that_matters && shift.psi_at_least > shift.psi_by_chance;
}

bool ks_differs(const DistributionShift& shift) {
    return shift.ks_at_least >= ks_that_matters && shift.ks_probability < ks_chance;
}

Facts evidence_of(const DistributionFacts& facts) {
    const DistributionShift& shift = facts.shift;
    Facts evidence{{"rows_a", facts.rows_a}, {"rows_b", facts.rows_b}};
    if (facts.rows_a > 0 && facts.rows_b > 0) {
        evidence.emplace_back("psi", shift.psi);
        evidence.emplace_back("psi_at_least", shift.psi_at_least);
        evidence.emplace_back("psi_by_chance", shift.psi_by_chance);
        evidence.emplace_back("ks", shift.ks);
        evidence.emplace_back("ks_at_least", shift.ks_at_least);
        evidence.emplace_back("ks_probability", shift.ks_probability);
    }
    evidence.insert(evidence.end(), facts.more_evidence.begin(), facts.more_evidence.end());
    return evidence;
}

std::string numbers_of(const DistributionFacts& facts) {
    return fmt::format("PSI {}, KS {}, of {} and {} values{}", format_brief(facts.shift.psi),
                       format_brief(facts.shift.ks), group_digits(facts.rows_a),
                       group_digits(facts.rows_b),
                       facts.quartiles.empty() ? "" : "; quartiles " + facts.quartiles);
}

} // namespace

double population_stability(std::span<const double> p, std::span<const double> q) {
    double sum = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
        sum += (p[i] - q[i]) * std::log(p[i] / q[i]);
    }
    return sum;
}

double kolmogorov_probability(double distance, std::int64_t rows_a, std::int64_t rows_b) {
    const auto n = static_cast<double>(rows_a);
    const auto m = static_cast<double>(rows_b);
    const double root = std::sqrt(n * m / (n + m));
    const double lambda = (root + 0.12 + 0.11 / root) * distance;
    constexpr double surely_one = 0.2; // where the series would take many terms
    if (lambda < surely_one) {
        return 1;
    }
    double sum = 0;
    for (int k = 1; k <= 100; ++k) {
        const double term = std::exp(-2.0 * k * k * lambda * lambda);
        sum += k % 2 == 1 ? term : -term;
    }
    return std::clamp(2 * sum, 0.0, 1.0);
}

DistributionShift shift_between(const Spread& a, const Spread& b) {
    const std::vector<double> edges = edges_of(a);
    const std::vector<double> p = shares_of(a, edges);
    const std::vector<double> q = shares_of(b, edges);
    const double error = error_of(a) + error_of(b);
    // Both ends of a bin may be wrong.
    const std::vector<double> near = moved_near(p, q, 2 * error);
    const auto psi = [&](const std::vector<double>& of_b) {
        return population_stability(without_zeros(p, a.rows), without_zeros(of_b, b.rows));
    };
    const auto n = static_cast<double>(a.rows);
    const auto m = static_cast<double>(b.rows);
    DistributionShift shift;
    shift.psi = psi(q);
    shift.psi_at_least = psi(near);
    shift.psi_by_chance = (1 / n + 1 / m) * chi_square_limit(static_cast<int>(edges.size()));
    shift.ks = largest_distance(a, b);
    shift.ks_at_least = std::max(0.0, shift.ks - error);
    shift.ks_probability = kolmogorov_probability(shift.ks_at_least, a.rows, b.rows);
    return shift;
}

CheckResult check_distribution(const DistributionFacts& facts) {
    CheckResult result = make_result("volume.distribution", facts.table, {facts.column});
    const DistributionShift& shift = facts.shift;
    result.rows_examined = facts.rows_a + facts.rows_b;
    result.method = facts.method;
    result.expected = "PSI < 0.1 and KS < 0.05, or no more than chance makes";
    result.evidence = evidence_of(facts);
    const bool has_rows = std::min(facts.rows_a, facts.rows_b) >= fewest_rows;
    if (has_rows) {
        result.observed = {shift.psi, "PSI"};
    }
    if (has_rows && (psi_differs(shift) || ks_differs(shift))) {
        result.status = Status::fail;
        result.severity = psi_differs(shift) && shift.psi_at_least >= large_psi ? Severity::critical
                                                                                : Severity::warning;
        result.message = "spread in another way: " + numbers_of(facts);
        return result;
    }
    if (!has_rows || shift.psi_by_chance >= large_psi) {
        result.status = Status::skipped;
        result.message =
            fmt::format("not enough rows, {} and {} with a value, to tell a shift from chance",
                        group_digits(facts.rows_a), group_digits(facts.rows_b));
        return result;
    }
    result.message = "spread alike: " + numbers_of(facts);
    return result;
}

} // namespace assay
