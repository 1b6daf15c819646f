// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// The words of a name in lower case (ASCII): "lastUpdated_at" is last, updated, at. Blanks,
/// hyphens and underscores stand between words; beside each other they leave empty words.
std::vector<std::string> name_words(std::string_view name);

} // namespace assay
