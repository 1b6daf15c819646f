// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/table/value.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace assay {

/// The same as canonical_hash(), faster for the cells that tables are made of: whole numbers and
/// texts, whose canonical bytes are laid out here without going through an append for each part.
std::uint64_t cell_hash(const Column& column, std::size_t row, std::string& scratch);

} // namespace assay
