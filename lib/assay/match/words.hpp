// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <string_view>
#include <vector>

namespace assay {

/// The words of a folded text, which stand between single blanks. At most `most` of them.
std::vector<std::u32string_view> words_in(std::u32string_view text, std::size_t most = 200);

} // namespace assay
