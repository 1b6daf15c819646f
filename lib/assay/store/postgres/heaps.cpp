// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/heaps.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace assay::postgres {

Heaps::Heaps(std::vector<std::int64_t> pages) : m_pages(std::move(pages)) {
    std::sort(m_pages.begin(), m_pages.end());
}

std::int64_t Heaps::longest() const noexcept { return m_pages.empty() ? 0 : m_pages.back(); }

std::int64_t Heaps::pages_before(std::int64_t block) const noexcept {
    return std::accumulate(
        m_pages.begin(), m_pages.end(), std::int64_t{0},
        [block](std::int64_t sum, std::int64_t pages) { return sum + std::min(pages, block); });
}

std::int64_t Heaps::block_after(std::int64_t first, std::int64_t pages) const noexcept {
    const std::int64_t most = pages_before(first) + pages;
    std::int64_t low = first + 1;
    std::int64_t high = std::max(first + pages, low);
    while (low < high) {
        const std::int64_t middle = high - (high - low) / 2;
        // No heap is that long, but the longest may have grown.
        const std::int64_t grown = std::max<std::int64_t>(0, middle - std::max(first, longest()));
        if (pages_before(middle) + grown <= most) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

} // namespace assay::postgres
