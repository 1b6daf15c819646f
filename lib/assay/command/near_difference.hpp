// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/fact.hpp"

#include <string_view>

namespace assay {

/// How far two texts differ, without telling either: "differing" of "of", in "unit". Up to 200
/// characters these are characters (steps of editing), of longer texts words. What does not count
/// when texts are compared does not count here: 0 characters differ where only case, accents, marks
/// or blanks do, 0 words where only their order does, and 0 bytes where only what follows the bytes
/// that are kept of a text does.
/// @param text, other not equal, as TextColumn keeps them
Facts near_difference(std::string_view text, std::string_view other);

} // namespace assay
