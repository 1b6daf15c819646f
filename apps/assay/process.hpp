// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace assay::cli {

/// Before anything else: nobody else's file may become descriptor 0, 1 or 2, a closed pipe is an
/// error code instead of a signal, and no core dump holds data or passwords.
void prepare_process() noexcept;

/// The arguments after the program name. Secrets in argv itself are overwritten, so that the
/// process list shows them only for the first moment.
std::vector<std::string> take_arguments(int argc, char** argv);

/// An environment variable, for assay::Environment.
std::optional<std::string> read_environment(const std::string& name);

/// End as the status says: above 128 by the signal itself, so that a shell sees it as such.
int finish_process(int status) noexcept;

} // namespace assay::cli
