// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/gram_weights.hpp"

#include "assay/match/near_memory.hpp"
#include "assay/match/shingles.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

namespace assay {
namespace {

/// Of longer texts only the beginning is compared.
constexpr std::size_t most_points = 1000;

std::vector<Shingle> grams_of(const std::u32string& value) {
    return shingles(std::u32string_view(value).substr(0, most_points));
}

} // namespace

GramWeights::GramWeights(const Field& field) {
    if (field.kind != FieldKind::whole_text) {
        return;
    }
    std::unordered_map<std::uint32_t, std::uint32_t> values_with;
    for (const auto& value : field.values) {
        for (const auto& gram : grams_of(value)) {
            ++values_with[static_cast<std::uint32_t>(gram.hash)];
        }
    }
    const auto values = static_cast<double>(field.values.size());
    m_grams.reserve(field.values.size());
    for (const auto& value : field.values) {
        auto& list = m_grams.emplace_back();
        double squares = 0;
        for (const auto& gram : grams_of(value)) {
            const auto hash = static_cast<std::uint32_t>(gram.hash);
            const double weight =
                (1 + std::log(gram.count)) * std::log(1 + values / values_with[hash]);
            list.push_back({hash, static_cast<float>(weight)});
            squares += weight * weight;
        }
        for (auto& gram : list) {
            gram.weight /= static_cast<float>(std::sqrt(squares));
        }
        std::stable_sort(list.begin(), list.end(),
                         [](const Gram& a, const Gram& b) { return a.hash < b.hash; });
    }
}

std::size_t GramWeights::bytes() const noexcept {
    return std::accumulate(
        m_grams.begin(), m_grams.end(), std::size_t{0}, [](std::size_t sum, const auto& grams) {
            return sum + sizeof(grams) + heap_bytes(grams.capacity() * sizeof(Gram), 0);
        });
}

double GramWeights::similarity(std::uint32_t left, std::uint32_t right) const {
    const auto& a = m_grams[left];
    const auto& b = m_grams[right];
    double sum = 0;
    for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
        if (i->hash == j->hash) {
            sum += double{i->weight} * double{j->weight};
            ++i;
            ++j;
        } else if (i->hash < j->hash) {
            ++i;
        } else {
            ++j;
        }
    }
    return std::min(sum, 1.0);
}

} // namespace assay
