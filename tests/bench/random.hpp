// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace assay::bench {

/// splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators").
class Random {
public:
    explicit Random(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t next() noexcept {
        std::uint64_t x = m_state += 0x9e3779b97f4a7c15U;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
        return x ^ (x >> 31);
    }
    /// 0 <= result < 1, of 53 bits.
    double unit() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }
    /// 0 <= result < bound; bound is far below 2^53.
    std::uint64_t below(std::uint64_t bound) noexcept {
        return static_cast<std::uint64_t>(unit() * static_cast<double>(bound));
    }
    template <std::size_t size>
    std::string_view pick(const std::array<std::string_view, size>& words) noexcept {
        return words[below(size)];
    }

private:
    std::uint64_t m_state;
};

} // namespace assay::bench
