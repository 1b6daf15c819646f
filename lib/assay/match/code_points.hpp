// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <string>
#include <string_view>

namespace assay {

/// The code points of a text, for comparing: one per character of UTF-8. A byte that is not valid
/// becomes a value of its own that no valid text has (0xDC00 + byte), so that it equals only
/// itself.
std::u32string code_points(std::string_view utf8);

/// The text again, byte by byte what code_points() was given.
std::string to_utf8(std::u32string_view points);

} // namespace assay
