// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/match/records.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace assay::test {

/// Enough memory for any test.
inline constexpr std::size_t ample_bytes = std::size_t{1} << 30U;

/// A table of texts; an empty text is missing.
using Rows = std::vector<std::vector<std::string>>;

/// The n-th of a fixed sequence of numbers.
inline std::uint32_t number(std::uint32_t n) {
    n = (n ^ 61U ^ (n >> 16U)) * 9U;
    n = (n ^ (n >> 4U)) * 0x27d4'eb2dU;
    return n ^ (n >> 15U);
}

/// A made-up name of three syllables.
inline std::string made_up_name(std::uint32_t n) {
    static const std::vector<std::string> syllables{"ka",  "lo", "mi",  "ren", "tha", "bor", "sel",
                                                    "dan", "vi", "cor", "ma",  "nel", "jo",  "pet"};
    std::string name;
    for (std::uint32_t i = 0; i < 3; ++i) {
        name += syllables[number(4 * n + i) % syllables.size()];
    }
    return name;
}

/// Made-up persons: given name, surname, street, postcode, date of birth. Every fourth one is there
/// twice, the second time, in one of the rows behind them, with two typing errors or gaps.
inline Rows people(std::uint32_t count) {
    Rows rows;
    for (std::uint32_t n = 0; n < count; ++n) {
        rows.push_back({made_up_name(n % 97 + 1000), made_up_name(n),
                        made_up_name(n + 5000) + " street", std::to_string(1000 + number(n) % 9000),
                        std::to_string(19'000'101 + number(n + 7) % 999'999)});
    }
    for (std::uint32_t n = 0; n < count; n += 4) {
        auto again = rows[n];
        again[number(n) % 3].insert(2, "x");
        again[3 + number(n) % 2] = n % 8 == 0 ? "" : again[3 + number(n) % 2];
        rows.push_back(again);
    }
    return rows;
}

inline std::vector<TextColumn> columns(const Rows& rows, std::size_t width) {
    std::vector<TextColumn> result;
    for (std::size_t i = 0; i < width; ++i) {
        auto& column = result.emplace_back("c" + std::to_string(i));
        for (const auto& row : rows) {
            if (row[i].empty()) {
                column.add_missing();
            } else {
                column.add(row[i]);
            }
        }
    }
    return result;
}

} // namespace assay::test
