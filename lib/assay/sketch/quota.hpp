// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <atomic>
#include <cstddef>

namespace assay {

/// How many values several sketches may keep together. Whether it was exceeded depends on the
/// values alone, not on how they were dealt out among threads.
class Quota {
public:
    explicit Quota(std::size_t limit) noexcept : m_limit(limit) {}

    /// @return false once more than the limit was asked for, and ever after.
    bool take(std::size_t count) noexcept {
        return m_taken.fetch_add(count, std::memory_order_relaxed) + count <= m_limit;
    }
    bool is_exceeded() const noexcept { return m_taken.load(std::memory_order_relaxed) > m_limit; }
    std::size_t limit() const noexcept { return m_limit; }

private:
    std::size_t m_limit;
    std::atomic<std::size_t> m_taken{0};
};

} // namespace assay
