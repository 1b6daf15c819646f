// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/hash.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace assay {

/// Keys whose last word begins with some bits; with none of them, all keys.
struct KeySlice {
    unsigned bits = 0;
    std::uint64_t value = 0;

    bool holds(const Fingerprint& key) const noexcept {
        return bits == 0 || key.low >> (64U - bits) == value;
    }
    KeySlice half(std::uint64_t bit) const noexcept { return {bits + 1, value << 1U | bit}; }
};

/// Count keys in a table of fixed size, however many they are: all at once, or one slice after the
/// other, cut in half until it fits.
/// @param keys how many there are at most
/// @param most_keys how many the table may hold
/// @param count takes a slice and the room for its keys. @return whether they fitted; if not,
/// nothing has been counted
template <typename Count>
void count_in_slices(std::size_t keys, std::size_t most_keys, const Count& count,
                     const KeySlice& slice = {}) {
    // So many keys that begin alike are no chance but somebody's work: then memory has to do.
    constexpr unsigned most_bits = 32;
    const std::size_t room = slice.bits == most_bits ? keys : std::min(keys, most_keys);
    if (!count(slice, room)) {
        count_in_slices(keys, most_keys, count, slice.half(0));
        count_in_slices(keys, most_keys, count, slice.half(1));
    }
}

} // namespace assay
