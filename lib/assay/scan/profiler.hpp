// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/profile.hpp"
#include "assay/store/store.hpp"

#include <cstddef>

namespace assay {

struct ProfileRequest {
    double sample_fraction = 1;                  ///< 1 reads every row
    std::size_t memory = std::size_t{256} << 20; ///< bytes for all columns together
};

/// The scan that a profile needs: every column that we may read.
ScanRequest profile_scan(const TableSchema& table, const ProfileRequest& request);

/// Read a table once and measure all of its columns.
/// `rows` of the profile is exact after a full scan, and left empty after a sample.
TableProfile profile_table(Session& session, const TableSchema& table,
                           const ProfileRequest& request);

} // namespace assay
