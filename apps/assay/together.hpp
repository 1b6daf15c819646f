// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "invocation.hpp"

#include <string>
#include <string_view>

namespace assay::cli {

/// Rules between flags, after all of them are known.
/// @throws Error of kind usage.
void check_together(Invocation& invocation);

/// Those of volume-diff, and how far it has to look.
void check_volume_diff(VolumeDiffOptions& options, const OutputOptions& output);

/// A file besides the result has a place of its own.
/// @param flag that names the file
/// @param what the file holds, for messages: "plan"
void check_beside(std::string_view flag, const std::string& path, std::string_view what,
                  const OutputOptions& output);

} // namespace assay::cli
