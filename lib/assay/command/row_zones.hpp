// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/row_comparison.hpp"

#include <string_view>

namespace assay {

/// Rows are compared with times without a zone as those of UTC. Who says that they are of another
/// zone must not be told that they differ from the moments of the other side.
/// @param zone that the user named for times without one; empty: none
/// @throws Error of kind usage, naming the first pair of columns of which one tells moments only.
void require_times_of_utc(const RowComparison& plan, std::string_view zone);

} // namespace assay
