// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/duty_cycle.hpp"

#include <utility>

namespace assay {

std::chrono::microseconds DutyCycle::rest_after(std::chrono::microseconds work) noexcept {
    constexpr std::chrono::milliseconds worth_a_pause{20};
    constexpr unsigned whole = 100;
    if (m_percent >= whole) {
        return {};
    }
    m_due += work * (whole - m_percent) / m_percent;
    return m_due < worth_a_pause ? std::chrono::microseconds(0)
                                 : std::exchange(m_due, std::chrono::microseconds(0));
}

} // namespace assay
