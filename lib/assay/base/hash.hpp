// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace assay {

/// XXH3-64, seed 0: the same on every machine and in every run.
std::uint64_t hash64(std::string_view bytes) noexcept;

/// hash64() of many words at once, each as nine bytes: the tag, then the word, lowest byte first.
/// @param hashes receives one hash per word
void hash64_words(char tag, std::span<const std::uint64_t> words, std::uint64_t* hashes) noexcept;

/// 128 bits that stand for a row or a key.
struct Fingerprint {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend auto operator<=>(const Fingerprint&, const Fingerprint&) = default;
    friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

/// XXH3-128, seed 0. Two different texts agree with probability 2^-128.
Fingerprint fingerprint(std::string_view bytes) noexcept;

/// 16 lower-case hex digits.
std::string hex64(std::uint64_t hash);

} // namespace assay
