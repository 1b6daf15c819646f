// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay::postgres {

/// The heaps that a scan of one table reads: its own, and those of its partitions or children. A
/// range of ctid is the same blocks of each of them, as far as it is that long.
class Heaps {
public:
    /// @param pages of each heap.
    explicit Heaps(std::vector<std::int64_t> pages);

    std::size_t count() const noexcept { return m_pages.size(); }
    /// Blocks of the longest one.
    std::int64_t longest() const noexcept;
    /// Pages of all of them.
    std::int64_t pages() const noexcept { return pages_before(longest()); }
    /// How many pages of all of them lie before that block.
    std::int64_t pages_before(std::int64_t block) const noexcept;
    /// The last block, but one behind `first`, up to which there are no more than so many pages.
    /// Behind the longest heap it counts as if that one went on.
    std::int64_t block_after(std::int64_t first, std::int64_t pages) const noexcept;

private:
    std::vector<std::int64_t> m_pages; ///< in rising order
};

} // namespace assay::postgres
