// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/parallel.hpp"

#include <cstddef>
#include <vector>

namespace assay {

/// How many of the workers have something to read of these parts; of no parts, which stand for a
/// table in one go, one.
std::size_t readers_of(const Workers& workers, const std::vector<ScanPart>& parts) noexcept;

/// Read a table with several workers at the same time, each its share of the parts.
/// @param parts of Session::split(); empty: one worker reads the table in one go
/// @param sinks one for each reader, see readers_of()
void scan_parts(Workers& workers, const ScanRequest& scan, const std::vector<ScanPart>& parts,
                const std::vector<BatchSink*>& sinks);

} // namespace assay
