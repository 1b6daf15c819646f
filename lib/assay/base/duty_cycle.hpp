// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <chrono>

namespace assay {

/// Keeps work to a share of the time: tells how long to rest between its pieces.
class DutyCycle {
public:
    /// @param percent of the time that is work, from 1; 100: no rest
    explicit DutyCycle(unsigned percent) noexcept : m_percent(percent) {}

    /// A piece of work took this long. @return how long to rest before the next one; 0 until
    /// enough is due that it is worth a pause.
    std::chrono::microseconds rest_after(std::chrono::microseconds work) noexcept;

private:
    unsigned m_percent;
    std::chrono::microseconds m_due{0};
};

} // namespace assay
