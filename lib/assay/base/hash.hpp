// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay {

/// XXH3-64, seed 0: the same on every machine and in every run.
std::uint64_t hash64(std::string_view bytes) noexcept;

/// hash64() of nine bytes: the tag, then the word, lowest byte first. What XXH3 does with 9 to 16
/// bytes, without laying them out; its constants are parts of its default secret.
inline std::uint64_t hash64_word(std::uint8_t tag, std::uint64_t word) noexcept {
    __extension__ using Product = unsigned __int128;
    constexpr std::uint64_t size = 9;
    const std::uint64_t first = (tag | word << 8U) ^ 0x1f67'b3b7'a4a4'4072 ^ 0x78e5'c0cc'4ee6'79cb;
    const std::uint64_t last = word ^ 0x2172'ffcc'7dd0'5a82 ^ 0x8e24'43f7'7446'08b8;
    const Product product = Product{first} * last;
    std::uint64_t hash =
        size + __builtin_bswap64(first) + last +
        (static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U));
    hash = (hash ^ hash >> 37U) * 0x1656'6791'9e37'79f9;
    return hash ^ hash >> 32U;
}

/// 128 bits that stand for a row or a key.
struct Fingerprint {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend auto operator<=>(const Fingerprint&, const Fingerprint&) = default;
    friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

/// XXH3-128, seed 0. Two different texts agree with probability 2^-128.
Fingerprint fingerprint(std::string_view bytes) noexcept;

/// Do two different texts of so many bytes never agree? What XXH3 does with 9 to 16 bytes can be
/// undone: every step of it is a product with an odd number, a sum, or an exclusive or.
constexpr bool has_no_collisions(std::size_t bytes) noexcept { return bytes >= 9 && bytes <= 16; }

/// 16 lower-case hex digits.
std::string hex64(std::uint64_t hash);

} // namespace assay
