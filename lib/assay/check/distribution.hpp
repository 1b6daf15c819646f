// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/check.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace assay {

/// How the numbers of a column are spread. NULL, NaN and infinities are none of them.
struct Spread {
    std::int64_t rows = 0;      ///< numbers that it was made of
    std::vector<double> values; ///< ascending; each stands for an equal share of them
    double rank_error = 0;      ///< by how much a rank (0..1) may be wrong; 0 when exact
};

/// Population stability index of shares of the same bins (Lewis 1994; Siddiqi 2006): the sum of
/// (p - q) ln(p / q). All shares are above 0.
double population_stability(std::span<const double> p, std::span<const double> q);

/// How likely the largest distance of two empirical distributions is this one or more, if both are
/// of one population: the Kolmogorov distribution with the correction of Stephens (1970).
double kolmogorov_probability(double distance, std::int64_t rows_a, std::int64_t rows_b);

/// How far two distributions are apart.
struct DistributionShift {
    /// Over ten bins of equal mass in A, fewer where many rows have one value.
    double psi = 0;
    double psi_at_least = 0; ///< less what the errors of the ranks may add
    /// What chance alone exceeds in one of 1,000 comparisons (Yurdakul 2018): (1/n + 1/m) times the
    /// quantile of chi square.
    double psi_by_chance = 0;
    double ks = 0; ///< Kolmogorov-Smirnov: the largest distance, 0..1
    double ks_at_least = 0;
    double ks_probability = 1; ///< of ks_at_least
};
/// Both have values.
DistributionShift shift_between(const Spread& a, const Spread& b);

/// One column of two sides, the first of which is the reference.
struct DistributionFacts {
    TableRef table;
    std::string column;
    std::int64_t rows_a = 0; ///< with a number
    std::int64_t rows_b = 0;
    DistributionShift shift;       ///< means nothing where a side has no rows
    Method method = Method::exact; ///< of the ranks
    Facts more_evidence;
    std::string quartiles; ///< of both, in words; empty: not to be shown
};

/// Is the column spread alike? A finding takes a distance that is no chance and that matters: a PSI
/// of 0.1 (critical from 0.25 on), or a KS of 0.05. Where rows are so few that chance alone makes a
/// PSI of 0.25, the check fails or is skipped, but never passes.
CheckResult check_distribution(const DistributionFacts& facts);

} // namespace assay
