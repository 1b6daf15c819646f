// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/match/comparer.hpp"
#include "assay/match/records.hpp"

#include <vector>

namespace assay {

/// What a pair agrees in, in bits: all that a field tells where its values are equal, nothing at
/// its last level.
struct Agreed {
    double bits = 0;
    double of = 0;        ///< all that the fields tell for which it has values
    bool differs = false; ///< one of them by more than half
};

/// The last level of each field.
std::vector<Level> last_levels(const Records& records);

/// Values that agree less than by half differ, missing ones do not.
inline bool differs(Level level, Level last) noexcept {
    return level != missing_level && 2 * level > last;
}

/// @param bits what the equal values of each field tell; 0: nothing
Agreed agreed_in(Agreement pattern, const std::vector<double>& bits,
                 const std::vector<Level>& last);

} // namespace assay
