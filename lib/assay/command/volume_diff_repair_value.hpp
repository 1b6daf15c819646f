// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/row_comparison.hpp"
#include "assay/command/volume_diff_repair_text.hpp"

#include <optional>
#include <string>

namespace assay {

/// A value of one side as a literal for the column of side B.
/// @return nullopt where side B has none for a value of side A, or its column would make something
/// of it that the comparison takes for another value
std::optional<std::string> repaired_literal(const RowComparison& plan,
                                            const VolumeRepairFacts& facts, const ColumnPair& pair,
                                            Side from, const Value& value);

} // namespace assay
