// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/memory_gate.hpp"

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
    {
        const std::scoped_lock lock(m_mutex);
        m_left += bytes;
    }
    m_returned.notify_all();
}

} // namespace assay
