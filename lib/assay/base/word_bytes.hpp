// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/endian.hpp"

#include <cstddef>
#include <cstdint>

namespace assay {

/// A word whose eight bytes are all this one.
constexpr std::uint64_t repeat_byte(std::uint8_t byte) noexcept {
    return byte * std::uint64_t{0x0101'0101'0101'0101};
}

/// Where bytes of a word are 0, their highest bit. The lowest one is right, and so is that there is
/// none; one above the lowest may not be (Mycroft's test, see Warren, "Hacker's Delight", 6-1).
constexpr std::uint64_t zero_bytes(std::uint64_t word) noexcept {
    return (word - repeat_byte(1)) & ~word & repeat_byte(0x80);
}

/// Up to eight bytes, the first one lowest, and zeros behind them; by loads that may overlap.
inline std::uint64_t load_few(const char* bytes, std::size_t size) noexcept {
    if (size == sizeof(std::uint64_t)) {
        return load_little<std::uint64_t>(bytes);
    }
    if (size >= sizeof(std::uint32_t)) {
        const std::size_t last = size - sizeof(std::uint32_t);
        return load_little<std::uint32_t>(bytes) |
               std::uint64_t{load_little<std::uint32_t>(bytes + last)} << 8 * last;
    }
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < size; ++i) {
        word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << 8 * i;
    }
    return word;
}

} // namespace assay
