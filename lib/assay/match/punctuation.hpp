// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <string>

namespace assay {

bool is_space(char32_t point) noexcept;

/// The text without punctuation and symbols. O'Brien becomes OBrien, but what separates words (a
/// dash, an underscore, a slash, a comma, a bracket, ...) becomes a blank, so that Smith-Jones is
/// not run together, and one mark between two digits stays: 1.5 is not 15. All dashes in numbers
/// are '-', all apostrophes "'".
std::u32string without_punctuation(const std::u32string& points);

} // namespace assay
