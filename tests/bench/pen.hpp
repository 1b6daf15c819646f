// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace assay::bench {

/// Writes characters into memory that the owner has made large enough.
class Pen {
public:
    explicit Pen(char* at) : m_at(at) {}

    void text(std::string_view text) noexcept { m_at = std::copy(text.begin(), text.end(), m_at); }
    void character(char c) noexcept { *m_at++ = c; }
    /// Exactly `digits` digits, with leading zeros.
    void padded(std::uint64_t value, int digits) noexcept {
        for (int i = digits - 1; i >= 0; --i) {
            m_at[i] = static_cast<char>('0' + value % 10);
            value /= 10;
        }
        m_at += digits;
    }
    template <typename Number>
    void number(Number value) noexcept {
        m_at = std::to_chars(m_at, m_at + 32, value).ptr;
    }
    void hex(std::uint64_t value, int digits) noexcept {
        constexpr std::string_view symbols = "0123456789abcdef";
        for (int i = digits - 1; i >= 0; --i) {
            m_at[i] = symbols[value & 15];
            value >>= 4;
        }
        m_at += digits;
    }
    char* at() const noexcept { return m_at; }

private:
    char* m_at;
};

/// A text in a buffer of its own; no column of ours has longer ones.
class ShortText {
public:
    template <typename Write>
    void write(Write&& write_with) {
        Pen pen(m_bytes.data());
        write_with(pen);
        m_size = static_cast<std::size_t>(pen.at() - m_bytes.data());
    }
    std::string_view view() const noexcept { return {m_bytes.data(), m_size}; }

private:
    std::array<char, 128> m_bytes;
    std::size_t m_size = 0;
};

} // namespace assay::bench
