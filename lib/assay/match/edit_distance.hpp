// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstddef>
#include <string_view>

namespace assay {

/// Insertions, deletions and substitutions that turn one text into the other (Levenshtein), by the
/// bit-vectors of Myers (1999) in the form of Hyyrö (2003): 64 characters of the shorter text at
/// once.
std::size_t levenshtein(std::u32string_view left, std::u32string_view right);

/// The same where swapping two neighbours counts as one step too, and no part is edited twice
/// (optimal string alignment, Hyyrö 2003): "ca" to "abc" is 3.
std::size_t osa_distance(std::u32string_view left, std::u32string_view right);

} // namespace assay
