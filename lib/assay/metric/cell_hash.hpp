// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/table/value.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace assay {

/// The same as canonical_hash(), faster for the cells that tables are made of: whole numbers, texts
/// and plain decimals, whose canonical bytes are there already or laid out on the stack.
std::uint64_t cell_hash(const Column& column, std::size_t row, std::string& scratch);

/// cell_hash() of whole numbers.
/// @param hashes receives one hash per number
void hash_integers(std::span<const std::int64_t> numbers, std::uint64_t* hashes) noexcept;

} // namespace assay
