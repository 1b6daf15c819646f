// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/table_snapshot.hpp"

#include <string>
#include <string_view>

namespace assay {

/// How a file of a snapshot begins.
inline constexpr std::string_view snapshot_magic = "assay snapshot ";

/// The text of a snapshot: lines of words between single blanks, as assay-volume-diff(1) tells. The
/// last line has a hash of all others.
std::string write_snapshot(const TableSnapshot& snapshot);

/// Read what write_snapshot() wrote. The text may be anything: memory is only taken for what stands
/// in it.
/// @param name what messages call the file
/// @throws Error of kind usage that names file and line.
TableSnapshot read_snapshot(std::string_view text, std::string_view name);

} // namespace assay
