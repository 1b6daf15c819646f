// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace assay {

/// The number with its bytes in the opposite order.
template <typename Unsigned>
constexpr Unsigned swap_bytes(Unsigned number) noexcept {
    if constexpr (sizeof(Unsigned) == sizeof(std::uint64_t)) {
        return __builtin_bswap64(number);
    } else if constexpr (sizeof(Unsigned) == sizeof(std::uint32_t)) {
        return __builtin_bswap32(number);
    } else if constexpr (sizeof(Unsigned) == sizeof(std::uint16_t)) {
        return __builtin_bswap16(number);
    } else {
        static_assert(sizeof(Unsigned) == 1);
        return number;
    }
}

/// The number at `bytes`, lowest byte first.
template <typename Unsigned>
Unsigned load_little(const char* bytes) noexcept {
    Unsigned number = 0;
    std::memcpy(&number, bytes, sizeof number);
    return std::endian::native == std::endian::little ? number : swap_bytes(number);
}

/// The number at `bytes`, highest byte first.
template <typename Unsigned>
Unsigned load_big(const char* bytes) noexcept {
    return swap_bytes(load_little<Unsigned>(bytes));
}

/// Write a number to `bytes`, lowest byte first.
template <typename Unsigned>
void store_little(Unsigned number, char* bytes) noexcept {
    const Unsigned ordered =
        std::endian::native == std::endian::little ? number : swap_bytes(number);
    std::memcpy(bytes, &ordered, sizeof ordered);
}

} // namespace assay
