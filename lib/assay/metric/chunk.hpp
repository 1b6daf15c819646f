// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/table/row_batch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace assay {

/// Rows that are looked at together: few enough for the stack, enough to make cache misses overlap.
constexpr std::size_t chunk_rows = 1024;

/// The rows of a chunk by the kind of their cells.
class SortedRows {
public:
    /// @param count at least one, at most chunk_rows
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): m_rows is set as far as m_sizes says
    SortedRows(const Column& column, std::size_t first, std::size_t count) noexcept {
        const CellKind* kinds = column.kinds().data() + first;
        std::array<std::size_t, kind_count> sizes{};
        if (std::memcmp(kinds, kinds + 1, count - 1) == 0) {
            // Of one kind, as most chunks are. All places, because a loop of known length is
            // faster.
            std::uint32_t* rows = m_rows.at(static_cast<std::size_t>(kinds[0])).data();
            for (std::size_t i = 0; i < chunk_rows; ++i) {
                rows[i] = static_cast<std::uint32_t>(first + i);
            }
            m_sizes.at(static_cast<std::size_t>(kinds[0])) = count;
            return;
        }
        for (std::size_t i = 0; i < count; ++i) {
            const auto kind = static_cast<std::size_t>(kinds[i]);
            m_rows[kind].data()[sizes[kind]++] = static_cast<std::uint32_t>(first + i);
        }
        m_sizes = sizes;
    }
    std::span<const std::uint32_t> of(CellKind kind) const noexcept {
        const auto index = static_cast<std::size_t>(kind);
        return {m_rows[index].data(), m_sizes[index]};
    }

private:
    static constexpr std::size_t kind_count = 5;
    std::array<std::array<std::uint32_t, chunk_rows>, kind_count> m_rows; ///< the first m_sizes
    std::array<std::size_t, kind_count> m_sizes{};
};

/// A few values without memory of their own.
template <typename T>
class Few {
public:
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): m_values is set up to m_end
    Few() noexcept = default;
    Few(const Few&) = delete;
    Few& operator=(const Few&) = delete;

    void push_back(T value) noexcept { *m_end++ = value; }
    std::span<const T> values() const noexcept { return {m_values.data(), m_end}; }
    bool empty() const noexcept { return m_end == m_values.data(); }

private:
    std::array<T, chunk_rows> m_values;
    T* m_end = m_values.data(); ///< no number, which a write to m_values might change
};

} // namespace assay
