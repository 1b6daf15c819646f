// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/surplus_limit.hpp"

namespace assay {

bool allows(const SurplusLimit& limit, std::int64_t surplus, std::int64_t rows) noexcept {
    return within(limit.value_or(Tolerance{}), surplus, rows);
}

void note_limit(const SurplusLimit& limit, CheckResult& result) {
    result.expected = display(limit.value_or(Tolerance{}));
    if (limit) {
        result.severity = Severity::critical;
    }
}

} // namespace assay
