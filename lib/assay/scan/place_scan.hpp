// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/parallel.hpp"
#include "assay/store/row_place.hpp"

#include <cstddef>
#include <vector>

namespace assay {

/// How many of the workers it takes to read so many rows by their places.
std::size_t readers_of_places(const Workers& workers, std::size_t rows) noexcept;

/// Read the rows at these places, and in a table with children perhaps further ones.
/// @param scan what to read of them; its condition holds as well
void scan_places(Session& session, const PlacedTable& table, ScanRequest scan,
                 std::vector<RowPlace> places, BatchSink& sink);

} // namespace assay
