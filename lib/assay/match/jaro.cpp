// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/jaro.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay {
namespace {

/// Which characters found a partner, one bit each: all of it in registers for most texts.
class Flags {
public:
    explicit Flags(std::size_t size) : m_more(size > word_bits ? size / word_bits : 0) {}

    bool get(std::size_t i) const { return (word(i) >> (i % word_bits) & 1U) != 0; }
    void set(std::size_t i) {
        (i < word_bits ? m_first : m_more[i / word_bits - 1]) |= std::uint64_t{1}
                                                                 << (i % word_bits);
    }
    /// The first flag that is set at `from` or behind it.
    std::size_t next(std::size_t from) const {
        while (true) {
            const std::uint64_t rest = word(from) >> (from % word_bits);
            if (rest != 0) {
                return from + static_cast<std::size_t>(std::countr_zero(rest));
            }
            from = (from / word_bits + 1) * word_bits;
        }
    }

private:
    static constexpr std::size_t word_bits = 64;

    std::uint64_t word(std::size_t i) const {
        return i < word_bits ? m_first : m_more[i / word_bits - 1];
    }

    std::uint64_t m_first = 0;
    std::vector<std::uint64_t> m_more;
};

} // namespace

double jaro(std::u32string_view left, std::u32string_view right) {
    if (left.empty() || right.empty()) {
        return left.empty() && right.empty() ? 1 : 0;
    }
    const std::size_t longer = std::max(left.size(), right.size());
    const std::size_t window = longer > 3 ? longer / 2 - 1 : 0;
    Flags in_left(left.size());
    Flags in_right(right.size());
    std::size_t common = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        const std::size_t end = std::min(right.size(), i + window + 1);
        for (std::size_t j = i > window ? i - window : 0; j < end; ++j) {
            if (left[i] == right[j] && !in_right.get(j)) {
                in_left.set(i);
                in_right.set(j);
                ++common;
                break;
            }
        }
    }
    if (common == 0) {
        return 0;
    }
    std::size_t displaced = 0;
    for (std::size_t n = 0, i = 0, j = 0; n < common; ++n, ++i, ++j) {
        i = in_left.next(i);
        j = in_right.next(j);
        displaced += left[i] != right[j] ? 1U : 0U;
    }
    const auto m = static_cast<double>(common);
    const std::size_t swapped = displaced / 2; // rounded down, as Winkler does
    const auto swaps = static_cast<double>(swapped);
    return (m / static_cast<double>(left.size()) + m / static_cast<double>(right.size()) +
            (m - swaps) / m) /
           3;
}

double jaro_winkler(std::u32string_view left, std::u32string_view right) {
    constexpr double weight = .1;
    constexpr std::ptrdiff_t most = 4;
    const double similarity = jaro(left, right);
    const auto end = std::mismatch(left.begin(), left.end(), right.begin(), right.end()).first;
    const auto prefix = static_cast<double>(std::min(end - left.begin(), most));
    return similarity + prefix * weight * (1 - similarity);
}

} // namespace assay
