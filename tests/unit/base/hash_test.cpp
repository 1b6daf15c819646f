// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/endian.hpp"
#include "assay/base/hash.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <cstddef>
#include <cstdint>
#include <string>

using namespace assay;

namespace {

__extension__ using Product = unsigned __int128;

std::uint64_t high_half(std::uint64_t left, std::uint64_t right) {
    return static_cast<std::uint64_t>(Product{left} * right >> 64U);
}

/// What makes 1 of an odd number, modulo 2^64.
std::uint64_t inverse(std::uint64_t odd) {
    std::uint64_t found = odd; // right in the last three bits; each round doubles them
    for (int round = 0; round < 5; ++round) {
        found *= 2 - odd * found;
    }
    return found;
}

std::uint64_t undo_avalanche(std::uint64_t hash) {
    hash ^= hash >> 32U;
    hash *= inverse(0x1656'6791'9e37'79f9);
    return hash ^ hash >> 37U;
}

/// The first and the last eight bytes of a text.
struct Ends {
    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

/// XXH3-128 of so many bytes, 9 to 16, step by step backwards.
Ends undo(const Fingerprint& hash, std::size_t size) {
    constexpr std::uint64_t prime_1 = 0x9e37'79b1'85eb'ca87;
    constexpr std::uint64_t prime_2 = 0xc2b2'ae3d'27d4'eb4f;
    constexpr std::uint64_t small_prime = 0x85eb'ca77;
    constexpr std::uint64_t mask = 0xffff'ffff;
    const std::uint64_t secret_low = 0x78e5'c0cc'4ee6'79cb ^ 0x2172'ffcc'7dd0'5a82;
    const std::uint64_t secret_high = 0x8e24'43f7'7446'08b8 ^ 0x4c26'3a81'e690'35e0;
    std::uint64_t low = undo_avalanche(hash.low) * inverse(prime_2);
    std::uint64_t high = (undo_avalanche(hash.high) - high_half(low, prime_2)) * inverse(prime_2);
    low ^= __builtin_bswap64(high);
    low -= (std::uint64_t{size} - 1) << 54U;
    const std::uint64_t mixed = low * inverse(prime_1);
    high -= high_half(mixed, prime_1);
    const std::uint64_t low_word = (high & mask) * inverse(small_prime) & mask;
    const std::uint64_t high_word = (high - low_word * small_prime) >> 32U;
    const std::uint64_t last = (high_word << 32U | low_word) ^ secret_high;
    return {mixed ^ secret_low ^ last, last};
}

} // namespace

TEST_CASE("texts of one length of 9 to 16 bytes have fingerprints of their own") {
    CHECK_FALSE(has_no_collisions(8));
    CHECK_FALSE(has_no_collisions(17));
    rc::prop("because the bytes follow from the fingerprint", [] {
        const auto size = *rc::gen::inRange<std::size_t>(9, 17);
        const auto text = *rc::gen::container<std::string>(size, rc::gen::arbitrary<char>());
        RC_ASSERT(has_no_collisions(size));
        const Ends found = undo(fingerprint(text), size);
        RC_ASSERT(found.first == load_little<std::uint64_t>(text.data()));
        RC_ASSERT(found.last == load_little<std::uint64_t>(text.data() + size - 8));
    });
}
