// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/hash.hpp"

#include <fmt/format.h>

// Inline, because most values are short: the call would cost as much as the hash.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace assay {
namespace {

constexpr std::size_t word_bytes = 9;
/// Words that are laid out before the first of them is hashed, so that no load waits for a store.
constexpr std::size_t words_at_once = 64;

void store_word(char tag, std::uint64_t word, char* bytes) noexcept {
    bytes[0] = tag;
    if constexpr (std::endian::native == std::endian::little) {
        std::memcpy(bytes + 1, &word, sizeof word);
    } else {
        for (std::size_t i = 0; i < sizeof word; ++i) {
            bytes[1 + i] = static_cast<char>((word >> (8 * i)) & 0xffU);
        }
    }
}

} // namespace

std::uint64_t hash64(std::string_view bytes) noexcept {
    return XXH3_64bits(bytes.data(), bytes.size());
}

void hash64_words(char tag, std::span<const std::uint64_t> words, std::uint64_t* hashes) noexcept {
    std::array<char, word_bytes * words_at_once> bytes; // NOLINT: filled as far as it is read
    while (!words.empty()) {
        const std::size_t count = std::min(words.size(), words_at_once);
        for (std::size_t i = 0; i < count; ++i) {
            store_word(tag, words.data()[i], bytes.data() + word_bytes * i);
        }
        for (std::size_t i = 0; i < count; ++i) {
            *hashes++ = XXH3_64bits(bytes.data() + word_bytes * i, word_bytes);
        }
        words = words.subspan(count);
    }
}

Fingerprint fingerprint(std::string_view bytes) noexcept {
    const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
    return {hash.high64, hash.low64};
}

std::string hex64(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

} // namespace assay
