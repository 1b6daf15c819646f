// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/error.hpp"
#include "assay/report/document.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace assay::cli {

/// A random UUID, version 4 (RFC 9562, section 5.4).
std::string make_uuid();

/// When a run began, by the wall clock and by one that never jumps.
struct RunStart {
    Micros wall = system_now();
    std::chrono::steady_clock::time_point steady = std::chrono::steady_clock::now();
};

/// Add an error to a document and mark it incomplete.
void add_error(Document& document, const Error& error);

/// Fill in what the command left open: id, command, arguments and times.
void complete_run(RunRecord& run, const RunStart& start, const std::string& command,
                  const std::vector<std::string>& redacted_arguments);

} // namespace assay::cli
