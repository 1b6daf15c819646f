// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <string_view>

namespace assay {

/// Similarity of two short texts, 0 to 1, by common characters that stand near each other and how
/// many of them are out of order (Jaro 1989). Two empty texts are 1, one alone is 0.
double jaro(std::u32string_view left, std::u32string_view right);

/// The same, nearer to 1 for texts that begin alike: + .1 for each of up to four common first
/// characters of what is missing to 1 (Winkler 1990).
double jaro_winkler(std::u32string_view left, std::u32string_view right);

} // namespace assay
