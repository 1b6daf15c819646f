// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/newest_rows.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// The newest time of the rows that share a value.
struct GroupAge {
    Value group; ///< may be NULL
    std::int64_t rows = 0;
    std::optional<Micros> newest; ///< an instant that is not in the future; nullopt: there is none
};

/// Find the newest time for every value of another column, in one scan of the two.
/// @param by ordinal of the column that names the groups
/// @param assume_tz zone of times that name none; empty: UTC
/// @param most groups that are allowed
/// @throws Error of kind query if there are more.
std::vector<GroupAge> read_group_ages(Session& session, const TimeSource& source, std::size_t by,
                                      const std::string& assume_tz, std::size_t most = 1000);

/// The scan of read_group_ages(), for --explain.
ScanRequest group_scan(const TimeSource& source, std::size_t by);

} // namespace assay
