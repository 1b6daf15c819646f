// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// Is it a plain decimal number: optional sign, digits, optional fraction, optional exponent?
bool is_decimal(std::string_view text) noexcept;

/// The one spelling of a decimal number: no exponent, no leading or trailing zeros, no "+", no
/// "-0": "1.10" and "11e-1" become "1.1". "NaN", "Infinity" and "-Infinity" stay. Anything else
/// comes back as it is.
std::string canonical_decimal(std::string_view text);

/// A decimal number rounded to so many decimal places, a half away from zero, as
/// canonical_decimal() spells it; before the point, if they are negative.
std::string rounded_decimal(std::string_view number, std::int64_t places);

/// A decimal number as databases print it and a double holds it: "-12.50".
struct ShortDecimal {
    double value = 0;               ///< the nearest double
    std::size_t canonical_size = 0; ///< characters from the front that are its canonical spelling
};
/// @return nullopt unless it is an optional "-" and at most 15 digits, with a point amid them or
/// none, without zeros that could go at the front, and not "-0".
std::optional<ShortDecimal> read_short_decimal(std::string_view text) noexcept;

/// Compare two decimal numbers by value, of any length. -1, 0 or 1; NaN is the largest. Texts that
/// are no number stand between Infinity and NaN, by their bytes.
int compare_decimal(std::string_view left, std::string_view right) noexcept;

/// The double nearest to left - right or next to it, however many digits they have in common;
/// infinite where none is large enough. Both are decimals as is_decimal() knows them.
double decimal_difference(std::string_view left, std::string_view right);

/// Are two decimal numbers at most `distance` apart? Exact, whatever their length: 1.15 and 1.14
/// are 0.01 apart. Nothing is near what is no finite number.
bool is_decimal_within(std::string_view left, std::string_view right, std::string_view distance);

} // namespace assay
