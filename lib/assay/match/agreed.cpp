// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/agreed.hpp"

#include <cstddef>

namespace assay {

std::vector<Level> last_levels(const Records& records) {
    std::vector<Level> last;
    for (const auto& field : records.fields) {
        last.push_back(static_cast<Level>(levels_of(field.kind) - 1));
    }
    return last;
}

Agreed agreed_in(Agreement pattern, const std::vector<double>& bits,
                 const std::vector<Level>& last) {
    Agreed agreed;
    for (std::size_t f = 0; f < bits.size(); ++f) {
        const Level level = level_in(pattern, f);
        if (level != missing_level) {
            agreed.of += bits[f];
            agreed.bits += bits[f] * (1 - static_cast<double>(level) / last[f]);
            agreed.differs = agreed.differs || (bits[f] > 0 && differs(level, last[f]));
        }
    }
    return agreed;
}

} // namespace assay
