// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/common.hpp"

#include <string>
#include <vector>

namespace assay {

/// Saved results, already read from disk: a name for messages and the JSON text.
struct SavedResult {
    std::string name;
    std::string json;
};

struct ReportOptions {
    std::string command; ///< "report" or "report diff"
    std::vector<std::string> arguments;
    std::vector<SavedResult> results; ///< one or more
};

/// One document out of one or more saved results: their sources, tables and checks side by side.
Document report(const ReportOptions& options);

/// What changed between two saved results: checks of `results[1]` with baseline new or unchanged,
/// and those fixed since `results[0]` with baseline absent. Exactly two results.
Document report_diff(const ReportOptions& options);

} // namespace assay
