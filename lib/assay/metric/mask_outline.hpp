// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace assay {

/// The general mask of an ASCII text before it is written: one symbol per run, two for a run of
/// more than one mark, a blank for white space. Texts have equal outlines exactly if they have
/// equal masks. Made to be fast: most texts of a column have masks that were seen before.
class MaskOutline {
public:
    /// Longer outlines are those of masks that may be cut.
    static constexpr std::size_t max_symbols = 32;

    /// @return false if the outline is too long, or the text is not ASCII or has control characters
    /// other than white space; then the outline must not be used.
    bool read(std::string_view text) noexcept;
    /// The same, without special instructions of a processor.
    bool read_plainly(std::string_view text) noexcept;

    /// After read().
    friend bool operator==(const MaskOutline& left, const MaskOutline& right) noexcept {
        return std::memcmp(left.m_symbols.data(), right.m_symbols.data(), max_symbols) == 0;
    }
    std::string_view symbols() const noexcept { return {m_symbols.data(), m_size}; }
    /// Has the text nothing but white space, or nothing at all?
    bool is_blank() const noexcept {
        return m_size == 0 || (m_size <= 2 && m_symbols[0] == ' ' && m_symbols[m_size - 1] == ' ');
    }

private:
#if defined(__x86_64__)
    bool read_by_blocks(std::string_view text) noexcept;
#endif

    /// Zeros behind the first m_size. There is room for a block that turns out to be too many.
    std::array<char, max_symbols + 32> m_symbols{};
    std::size_t m_size = 0;
};

} // namespace assay
