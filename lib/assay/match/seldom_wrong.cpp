// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/seldom_wrong.hpp"

#include "assay/match/first_matches.hpp"

#include <algorithm>
#include <numeric>

namespace assay {

SeldomWrong::SeldomWrong(const Records& records, const std::vector<double>& bits,
                         const PatternCounts& patterns)
    : m_last(last_levels(records)) {
    // Ten matches more may differ: a few first ones say little.
    constexpr double before = 10;
    const double all = std::accumulate(bits.begin(), bits.end(), 0.0);
    for (std::size_t f = 0; f < bits.size(); ++f) {
        const auto [agreeing, differing] = split(patterns, f);
        const double first = (differing + before) / (agreeing + differing + before);
        m_most.push_back(all - bits[f] < nearly_all * all ? std::max(seldom_wrong_in, first) : 1);
    }
}

void SeldomWrong::bound(PatternCounts& patterns) const {
    for (std::size_t f = 0; f < m_most.size(); ++f) {
        if (m_most[f] < 1) {
            bound(patterns, f);
        }
    }
}

SeldomWrong::Split SeldomWrong::split(const PatternCounts& patterns, std::size_t field) const {
    Split result;
    for (const auto& pattern : patterns) {
        const Level level = level_in(pattern.pattern, field);
        if (level != missing_level) {
            (differs(level, m_last[field]) ? result.differing : result.agreeing) +=
                pattern.matches();
        }
    }
    return result;
}

void SeldomWrong::bound(PatternCounts& patterns, std::size_t field) const {
    const auto [agreeing, differing] = split(patterns, field);
    const double most = agreeing * m_most[field] / (1 - m_most[field]);
    if (differing <= most) {
        return;
    }
    for (auto& pattern : patterns) {
        if (differs(level_in(pattern.pattern, field), m_last[field])) {
            pattern.posterior *= most / differing;
            pattern.alone *= most / differing;
        }
    }
}

} // namespace assay
