// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <optional>
#include <string_view>

namespace assay {

/// A number of the uppermost node of a plan of Postgres, which is the first to be described.
/// @param plan what EXPLAIN (FORMAT JSON) gave
/// @param field "Total Cost", "Plan Width"
/// @return nullopt if there is none
std::optional<double> plan_number(std::string_view plan, std::string_view field);

} // namespace assay
