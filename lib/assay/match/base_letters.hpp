// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <string>

namespace assay {

/// Letters of which Unicode does not separate what distinguishes them, such as Ø, Ł, ß and æ, as
/// the letters that are written without it: O, L, ss and ae. As the transliteration Latin-ASCII of
/// Unicode's CLDR has them, of the letters of languages written today.
std::u32string with_base_letters(const std::u32string& points);

} // namespace assay
