// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/shingles.hpp"

#include "assay/base/hash.hpp"

#include <algorithm>
#include <cmath>

namespace assay {
namespace {

/// Three code points of 21 bits fill 63: no two different shingles have the same word.
std::uint64_t shingle_hash(char32_t first, char32_t second, char32_t third) {
    constexpr unsigned point_bits = 21;
    constexpr std::uint8_t tag = 3;
    const std::uint64_t word = (std::uint64_t{first} << (2 * point_bits)) |
                               (std::uint64_t{second} << point_bits) | std::uint64_t{third};
    return hash64_word(tag, word);
}

struct Overlap {
    std::size_t common = 0;
    double product = 0;
};

Overlap overlap(const std::vector<Shingle>& left, const std::vector<Shingle>& right) {
    Overlap both;
    auto a = left.begin();
    auto b = right.begin();
    while (a != left.end() && b != right.end()) {
        if (a->hash == b->hash) {
            ++both.common;
            both.product += static_cast<double>(a->count) * static_cast<double>(b->count);
            ++a;
            ++b;
        } else if (a->hash < b->hash) {
            ++a;
        } else {
            ++b;
        }
    }
    return both;
}

double norm(const std::vector<Shingle>& text) {
    double squares = 0;
    for (const auto& shingle : text) {
        squares += static_cast<double>(shingle.count) * static_cast<double>(shingle.count);
    }
    return std::sqrt(squares);
}

} // namespace

std::vector<Shingle> shingles(std::u32string_view text) {
    if (text.empty()) {
        return {};
    }
    constexpr char32_t edge = U' ';
    std::vector<std::uint64_t> hashes;
    hashes.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        hashes.push_back(shingle_hash(i == 0 ? edge : text[i - 1], text[i],
                                      i + 1 == text.size() ? edge : text[i + 1]));
    }
    std::sort(hashes.begin(), hashes.end());
    std::vector<Shingle> result;
    for (const std::uint64_t hash : hashes) {
        if (result.empty() || result.back().hash != hash) {
            result.push_back({hash, 0});
        }
        ++result.back().count;
    }
    return result;
}

double jaccard(const std::vector<Shingle>& left, const std::vector<Shingle>& right) {
    const std::size_t common = overlap(left, right).common;
    const std::size_t all = left.size() + right.size() - common;
    return all == 0 ? 1 : static_cast<double>(common) / static_cast<double>(all);
}

double cosine(const std::vector<Shingle>& left, const std::vector<Shingle>& right) {
    if (left.empty() || right.empty()) {
        return left.empty() && right.empty() ? 1 : 0;
    }
    return std::min(1.0, overlap(left, right).product / (norm(left) * norm(right)));
}

} // namespace assay
