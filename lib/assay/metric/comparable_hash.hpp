// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/comparable.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace assay {

/// A hash of what append_comparable() gives: cells that compare as equal have equal hashes,
/// whatever store they come from; others have equal ones with probability 2^-64.
/// @param scratch memory to reuse between calls.
std::uint64_t comparable_hash(Comparison comparison, const Column& column, std::size_t row,
                              std::string& scratch);

/// The same of all rows of a column.
/// @param hashes receives one hash for each row
void comparable_hashes(Comparison comparison, const Column& column, std::span<std::uint64_t> hashes,
                       std::string& scratch);

/// Is there a cell whose hash as padded_text is another one than as text?
bool has_padding(const Column& column) noexcept;

} // namespace assay
