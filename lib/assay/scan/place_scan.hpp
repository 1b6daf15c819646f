// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/error.hpp"
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

/// The same scan, with the columns of the place behind the others; nullptr: as it is.
/// @tparam Table PlacedTable or LocatedTable
template <typename Table>
ScanRequest with_places(ScanRequest scan, const Table* placed) {
    if (placed != nullptr) {
        scan.table = &placed->schema();
        scan.columns.insert(scan.columns.end(), placed->columns().begin(), placed->columns().end());
    }
    return scan;
}

/// Can a scan that failed so do without the places? Whoever may read some columns may not always
/// read where rows stand, and not every store of a table can tell that.
inline bool may_be_for_places(const Error& error) noexcept {
    return error.kind() == ErrorKind::permission || error.kind() == ErrorKind::query;
}

/// Call `read(placed)`, and where the places may not be read `read(nullptr)`.
template <typename Table, typename Read>
auto read_with_places(const Table* placed, const Read& read) {
    if (placed != nullptr) {
        try {
            return read(placed);
        } catch (const Error& error) {
            if (!may_be_for_places(error)) {
                throw;
            }
        }
    }
    return read(static_cast<const Table*>(nullptr));
}

} // namespace assay
