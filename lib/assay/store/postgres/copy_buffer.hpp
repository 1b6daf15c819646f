// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace assay::postgres {

/// Collects the pieces of a COPY that are handed over together, in memory that is used again and
/// again and stays in the nearest cache.
class CopyBuffer {
public:
    /// Where the next piece goes.
    char* space() noexcept { return m_bytes.data() + m_used; }
    /// A longer piece has to be cut. At least `longest_uncut` unless is_full().
    int space_size() const noexcept { return static_cast<int>(m_bytes.size() - m_used); }
    /// A piece of that size was written to space().
    void add(std::size_t size) noexcept {
        m_pieces[m_count++] = {space(), size};
        m_used += size;
    }
    /// Nothing more is to be added.
    bool is_full() const noexcept {
        return m_count == m_pieces.size() || m_used > m_bytes.size() - longest_uncut;
    }
    /// Valid until clear().
    std::span<const std::string_view> pieces() const noexcept {
        return std::span(m_pieces).first(m_count);
    }
    void clear() noexcept {
        m_used = 0;
        m_count = 0;
    }

    static constexpr std::size_t longest_uncut = std::size_t{16} << 10U;

private:
    std::vector<char> m_bytes = std::vector<char>(2 * longest_uncut);
    std::array<std::string_view, 64> m_pieces;
    std::size_t m_used = 0;
    std::size_t m_count = 0;
};

} // namespace assay::postgres
