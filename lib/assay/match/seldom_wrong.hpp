// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/match/agreed.hpp"
#include "assay/match/pattern_count.hpp"
#include "assay/match/records.hpp"

#include <cstddef>
#include <vector>

namespace assay {

/// In more matches than that an entry is seldom wrong.
inline constexpr double seldom_wrong_in = .4;

/// Bounds in how many of the matches a field differs: an entry is seldom wrong in more than two of
/// five, or in a larger share than where learning starts (a bound by prior knowledge, as in Winkler
/// 1993). Else expectation maximisation would count a family, which shares all columns but the
/// given name, as one thing wherever columns are so few that a family agrees in most of what they
/// tell. Only fields without which a pair does not agree in nearly everything are bounded; others,
/// as a source or the day of loading, may differ in every match.
class SeldomWrong {
public:
    /// @param bits what the equal values of each field tell
    /// @param patterns the first matches are marked
    SeldomWrong(const Records& records, const std::vector<double>& bits,
                const PatternCounts& patterns);

    /// Where more pairs than that differ in a field, count just so much of each as a match.
    void bound(PatternCounts& patterns) const;

private:
    /// Matches by whether they differ in a field.
    struct Split {
        double agreeing = 0;
        double differing = 0;
    };
    Split split(const PatternCounts& patterns, std::size_t field) const;
    void bound(PatternCounts& patterns, std::size_t field) const;

    std::vector<Level> m_last;
    std::vector<double> m_most; ///< share of the matches that may differ; 1: all
};

} // namespace assay
