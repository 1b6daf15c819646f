// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/table/sample_design.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace assay {

/// A share of rows, 0 to 1, as a sample shows it, with the 95 % interval for that of the table.
struct Share {
    double fraction = 0;
    double lower = 0;
    double upper = 1;
    friend bool operator==(const Share&, const Share&) = default;
};

/// Some neighbouring rows of a sample, and those among them that have a property.
struct GroupTally {
    std::int64_t rows = 0;
    std::int64_t hits = 0;
};

/// The score interval of Wilson (1927) for a share that was seen in `trials` independent draws, at
/// 95 %: (p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n).
/// @param trials above 0; need not be whole
Share wilson_interval(double fraction, double trials) noexcept;

/// How much more a share varies between groups of rows than it would if rows were drawn one by one:
/// the variance of a ratio estimate (Cochran, Sampling Techniques, 6.13) over p(1-p)/n. At least 1;
/// nullopt where too few groups or no variation at all leave it unknown.
std::optional<double> design_effect(std::span<const GroupTally> groups) noexcept;

/// The share of rows that have a property: Wilson's interval, for as many independent draws as the
/// sample is worth. Rows of a cluster may be alike: n rows count as n / design_effect(), and where
/// that is not known as one draw per cluster, which is the worst case.
/// @param groups consecutive rows of the sample, in the order of the table
/// @return nullopt without rows.
std::optional<Share> estimate_share(std::span<const GroupTally> groups,
                                    const SampleDesign& design) noexcept;

/// How many rows a table probably has, with the 95 % interval.
struct RowEstimate {
    std::int64_t value = 0;
    std::int64_t lower = 0;
    std::int64_t upper = 0;
};
/// From the rows of a sample: n / f, with the variance of Horvitz and Thompson (1952) for rows or
/// clusters that come each by itself with the chance f: (1 - f) / f^2 times the sum of the squares
/// of their rows (Cochran, 9A.7). A choice within strata varies less. Without any row the upper end
/// is that of the rule of three.
RowEstimate estimate_rows(std::int64_t sampled, const SampleDesign& design) noexcept;

} // namespace assay
