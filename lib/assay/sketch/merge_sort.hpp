// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace assay {

/// An integer of the order of a number, which the processor compares without waiting for it.
inline std::int64_t order_key(std::int64_t number) noexcept { return number; }
/// @param number not NaN; -0.0 is less than 0.0
inline std::int64_t order_key(double number) noexcept {
    const auto bits = std::bit_cast<std::int64_t>(number);
    return bits < 0 ? bits ^ std::numeric_limits<std::int64_t>::max() : bits;
}
/// The number of an order_key().
template <typename T>
T number_of_key(std::int64_t key) noexcept;
template <>
inline std::int64_t number_of_key(std::int64_t key) noexcept {
    return key;
}
template <>
inline double number_of_key(std::int64_t key) noexcept {
    return std::bit_cast<double>(key < 0 ? key ^ std::numeric_limits<std::int64_t>::max() : key);
}

/// Merge two sorted runs, without a branch that depends on the values: of values in no order half
/// of such branches are guessed wrong.
/// @param out room for all values, apart from both runs
inline void merge_runs(std::span<const std::int64_t> left, std::span<const std::int64_t> right,
                       std::int64_t* out) noexcept {
    const std::int64_t* a = left.data();
    const std::int64_t* b = right.data();
    const std::int64_t* const a_end = a + left.size();
    const std::int64_t* const b_end = b + right.size();
    while (a != a_end && b != b_end) {
        const bool is_second = *b < *a;
        *out++ = *(is_second ? b : a);
        b += static_cast<std::ptrdiff_t>(is_second);
        a += static_cast<std::ptrdiff_t>(!is_second);
    }
    std::copy(b, b_end, std::copy(a, a_end, out));
}

/// Merge two sorted runs of one size, the second right behind the first, from both ends at once.
/// Neither end comes further than the middle of the result, and so to no end of a run.
inline void merge_halves(const std::int64_t* run, std::size_t size, std::int64_t* out) noexcept {
    const std::int64_t* a = run;
    const std::int64_t* b = run + size;
    const std::int64_t* a_last = b - 1;
    const std::int64_t* b_last = b + size - 1;
    std::int64_t* out_last = out + 2 * size - 1;
    for (std::size_t i = 0; i < size; ++i) {
        const bool is_second = *b < *a;
        *out++ = *(is_second ? b : a);
        b += static_cast<std::ptrdiff_t>(is_second);
        a += static_cast<std::ptrdiff_t>(!is_second);
        const bool is_first = *b_last < *a_last;
        *out_last-- = *(is_first ? a_last : b_last);
        a_last -= static_cast<std::ptrdiff_t>(is_first);
        b_last -= static_cast<std::ptrdiff_t>(!is_first);
    }
}

/// Sort some hundred numbers, which std::sort() takes twice as long for if they are in no order.
/// @param scratch memory to reuse between calls
inline void merge_sort(std::vector<std::int64_t>& numbers, std::vector<std::int64_t>& scratch) {
    constexpr std::size_t few = 4;
    const auto exchange = [](std::int64_t& one, std::int64_t& other) {
        const std::int64_t low = std::min(one, other);
        other = std::max(one, other);
        one = low;
    };
    const std::size_t size = numbers.size();
    const std::size_t whole = size - size % few;
    for (std::size_t at = 0; at < whole; at += few) {
        std::int64_t* const v = numbers.data() + at;
        exchange(v[0], v[1]);
        exchange(v[2], v[3]);
        exchange(v[0], v[2]);
        exchange(v[1], v[3]);
        exchange(v[1], v[2]);
    }
    std::sort(numbers.begin() + static_cast<std::ptrdiff_t>(whole), numbers.end());
    scratch.resize(size);
    for (std::size_t run = few; run < size; run *= 2) {
        for (std::size_t at = 0; at < size; at += 2 * run) {
            const std::size_t middle = std::min(at + run, size);
            const std::size_t end = std::min(middle + run, size);
            if (end - middle == run) {
                merge_halves(numbers.data() + at, run, scratch.data() + at);
            } else {
                merge_runs({numbers.data() + at, middle - at},
                           {numbers.data() + middle, end - middle}, scratch.data() + at);
            }
        }
        std::swap(numbers, scratch);
    }
}

} // namespace assay
