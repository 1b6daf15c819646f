// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/fact.hpp"

#include <string_view>

namespace assay {

/// What tells a text from another one that is shown in the same way, without telling either:
/// "characters", "bytes", and "at", the first five characters that are others, counted from 1;
/// none where it is the same text, or one of them only goes on.
Facts masked_difference(std::string_view text, std::string_view other);

} // namespace assay
