// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/random_pairs.hpp"

#include "assay/base/hash.hpp"

#include <algorithm>

namespace assay {
namespace {

constexpr std::size_t most_pairs = 100'000;

/// The n-th number of a fixed sequence, below `limit`.
std::uint32_t drawn(std::uint64_t n, std::size_t limit) {
    constexpr std::uint8_t tag = 11;
    return static_cast<std::uint32_t>(hash64_word(tag, n) % limit);
}

std::vector<Candidate> every_pair(const Records& records) {
    std::vector<Candidate> pairs;
    const std::size_t lefts = records.links() ? records.split : records.size;
    for (std::uint32_t left = 0; left < lefts; ++left) {
        const std::size_t first = records.links() ? records.split : left + 1;
        for (auto right = static_cast<std::uint32_t>(first); right < records.size; ++right) {
            pairs.push_back({left, right});
        }
    }
    return pairs;
}

} // namespace

std::vector<Candidate> random_pairs(const Records& records) {
    if (records.size * records.size <= 2 * most_pairs) {
        return every_pair(records);
    }
    std::vector<Candidate> pairs;
    for (std::uint64_t n = 0; pairs.size() < most_pairs; n += 2) {
        if (records.links()) {
            const auto behind = drawn(n + 1, records.size - records.split);
            pairs.push_back(
                {drawn(n, records.split), static_cast<std::uint32_t>(records.split + behind)});
            continue;
        }
        const std::uint32_t a = drawn(n, records.size);
        const std::uint32_t b = drawn(n + 1, records.size);
        if (a != b) {
            pairs.push_back({std::min(a, b), std::max(a, b)});
        }
    }
    return pairs;
}

} // namespace assay
