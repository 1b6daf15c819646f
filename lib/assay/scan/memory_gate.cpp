// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/memory_gate.hpp"

#include <malloc.h>

#include <algorithm>

namespace assay {

MemoryGate::Share MemoryGate::take(std::size_t bytes) {
    const std::size_t taken = std::min(bytes, m_bytes);
    std::unique_lock lock(m_mutex);
    m_returned.wait(lock, [&] { return m_left >= taken; });
    m_left -= taken;
    return {*this, taken};
}

void MemoryGate::give_back(std::size_t bytes) noexcept {
    // What a thread freed is not for others before the system has it; small shares are not worth
    // the time.
    if (bytes > m_bytes / 4) {
        malloc_trim(0);
    }
    {
        const std::scoped_lock lock(m_mutex);
        m_left += bytes;
    }
    m_returned.notify_all();
}

} // namespace assay
