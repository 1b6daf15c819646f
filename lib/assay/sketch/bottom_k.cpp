// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/bottom_k.hpp"

#include "assay/base/error.hpp"
#include "assay/sketch/state_io.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <string>

namespace assay {

namespace {

constexpr StateTag tag("BTMK");
constexpr std::uint8_t version = 1;
/// 95 % of a normal distribution lie within so many standard deviations.
constexpr double z = 1.96;

bool is_k(std::uint64_t k) { return BottomK::min_k <= k && k <= BottomK::max_k; }

/// The share `hits/sample` with the interval of E. B. Wilson, "Probable inference, the law of
/// succession, and statistical inference" (1927).
ShareEstimate share_of(std::size_t hits, std::size_t sample) {
    const auto n = static_cast<double>(sample);
    const double p = static_cast<double>(hits) / n;
    const double scale = 1 + z * z / n;
    const double middle = (p + z * z / (2 * n)) / scale;
    const double slack = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale;
    // Rounding must not put the share outside of its interval.
    return {p, std::clamp(middle - slack, 0.0, p), std::clamp(middle + slack, p, 1.0), sample,
            false};
}

/// How many hashes of two sketches are where, as far as both know everything.
struct Overlap {
    std::size_t first = 0, second = 0, both = 0;
    bool exact = false;
};

std::span<const std::uint64_t> up_to(const BottomK& sketch, std::uint64_t limit) {
    const auto hashes = sketch.hashes();
    const auto end = std::upper_bound(hashes.begin(), hashes.end(), limit);
    return hashes.first(static_cast<std::size_t>(end - hashes.begin()));
}

Overlap overlap(const BottomK& a, const BottomK& b) {
    std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
    for (const BottomK* sketch : {&a, &b}) {
        if (!sketch->is_complete()) {
            limit = std::min(limit, sketch->hashes().back());
        }
    }
    const auto first = up_to(a, limit);
    const auto second = up_to(b, limit);
    std::vector<std::uint64_t> both;
    std::set_intersection(first.begin(), first.end(), second.begin(), second.end(),
                          std::back_inserter(both));
    return {first.size(), second.size(), both.size(), a.is_complete() && b.is_complete()};
}

std::optional<ShareEstimate> estimate(std::size_t hits, std::size_t sample, const Overlap& from) {
    if (sample == 0) {
        return std::nullopt;
    }
    ShareEstimate share = share_of(hits, sample);
    if (from.exact) {
        share.lower = share.upper = share.value;
        share.exact = true;
    }
    return share;
}

} // namespace

BottomK::BottomK(std::size_t k) : m_k(k) {
    if (!is_k(k)) {
        throw Error(ErrorKind::internal, "bottom-k of " + std::to_string(k) +
                                             " hashes is outside " + std::to_string(min_k) +
                                             " to " + std::to_string(max_k));
    }
}

void BottomK::insert(std::uint64_t hash) {
    const auto place = std::lower_bound(m_hashes.begin(), m_hashes.end(), hash);
    if (place != m_hashes.end() && *place == hash) {
        return;
    }
    m_hashes.insert(place, hash);
    if (m_hashes.size() > m_k) {
        m_hashes.pop_back();
    }
}

void BottomK::merge(const BottomK& other) {
    m_k = std::min(m_k, other.m_k);
    std::vector<std::uint64_t> all;
    std::set_union(m_hashes.begin(), m_hashes.end(), other.m_hashes.begin(), other.m_hashes.end(),
                   std::back_inserter(all));
    all.resize(std::min(all.size(), m_k));
    m_hashes.swap(all);
}

CardinalityEstimate BottomK::distinct() const {
    if (is_complete()) {
        const auto exact = static_cast<double>(m_hashes.size());
        return {exact, exact, exact};
    }
    const auto k = static_cast<double>(m_k);
    // Never 0: the k-th smallest is at least k-1.
    const double fraction = static_cast<double>(m_hashes.back()) * 0x1p-64;
    const double value = (k - 1) / fraction;
    const double slack = z / std::sqrt(k - 2);
    // That there are k of them is a fact, whatever the estimate says.
    return {std::max(k, value), std::max(k, value / (1 + slack)), std::max(k, value / (1 - slack))};
}

void BottomK::write(StateWriter& writer) const {
    writer.begin(tag, version);
    writer.hashes();
    writer.varint(m_k);
    writer.varint(m_hashes.size());
    std::uint64_t lowest = 0; // what the next hash may be at least
    for (const std::uint64_t hash : m_hashes) {
        writer.varint(hash - lowest);
        lowest = hash + 1;
    }
}

BottomK BottomK::read(StateReader& reader) {
    reader.begin(tag, version);
    reader.hashes();
    const std::uint64_t k = reader.varint();
    reader.expect(is_k(k), "is a bottom-k sketch with an impossible k");
    BottomK sketch(static_cast<std::size_t>(k));
    const std::size_t count = reader.length(1);
    reader.expect(count <= k, "is a bottom-k sketch with more than k hashes");
    std::uint64_t lowest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t hash = lowest + reader.varint();
        // Past the largest hash the sum wraps around, and so does the bound behind that one.
        reader.expect(hash >= lowest && (i == 0 || lowest != 0),
                      "is a bottom-k sketch whose hashes do not ascend");
        sketch.m_hashes.push_back(hash);
        lowest = hash + 1;
    }
    return sketch;
}

std::optional<ShareEstimate> jaccard(const BottomK& a, const BottomK& b) {
    const Overlap found = overlap(a, b);
    return estimate(found.both, found.first + found.second - found.both, found);
}

std::optional<ShareEstimate> containment(const BottomK& part, const BottomK& whole) {
    const Overlap found = overlap(part, whole);
    return estimate(found.both, found.first, found);
}

} // namespace assay
