// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <string_view>

namespace assay {

struct CodePoint {
    std::int32_t value = -1; ///< -1 where the bytes are not valid UTF-8
    std::size_t size = 1;    ///< bytes taken; 1 where they are not valid
};

/// The first code point of a text that is not empty.
CodePoint next_code_point(std::string_view text) noexcept;

/// Does `rest` begin with a zero-width joiner that makes one emoji of the last character of
/// `shown`, which is valid UTF-8, and the one behind the joiner?
bool joins_emoji(std::string_view shown, std::string_view rest) noexcept;

/// Code points of a text; each byte that is not valid UTF-8 counts as one.
std::size_t count_code_points(std::string_view text) noexcept;

} // namespace assay
