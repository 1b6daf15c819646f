// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"

#include <string>

namespace assay::cli {

/// Read a saved result; "-" is the descriptor `standard_input`.
/// @throws Error: of kind connection when it is missing, a folder or empty; permission; usage when
///         stdin is a terminal; cancelled or timeout.
std::string read_input(const std::string& path, int standard_input,
                       const Cancellation& cancellation);

} // namespace assay::cli
