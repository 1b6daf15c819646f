// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <string>
#include <string_view>

namespace assay {

/// Is it a plain decimal number: optional sign, digits, optional fraction, optional exponent?
bool is_decimal(std::string_view text) noexcept;

/// The one spelling of a decimal number: no exponent, no leading or trailing zeros, no "+", no
/// "-0": "1.10" and "11e-1" become "1.1". "NaN", "Infinity" and "-Infinity" stay. Anything else
/// comes back as it is.
std::string canonical_decimal(std::string_view text);

/// Compare two decimal numbers by value, of any length. -1, 0 or 1; NaN is the largest. Texts that
/// are no number stand between Infinity and NaN, by their bytes.
int compare_decimal(std::string_view left, std::string_view right) noexcept;

} // namespace assay
