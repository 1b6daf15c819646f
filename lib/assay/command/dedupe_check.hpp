// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/tolerance.hpp"
#include "assay/command/common.hpp"
#include "assay/metric/duplicates.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace assay {

struct DedupeCheckOptions {
    CommonOptions common;
    std::string database;
    std::vector<std::string> key;    ///< -k a,b; empty: whole rows
    std::vector<std::string> ignore; ///< columns that whole rows are compared without
    std::optional<NullPolicy> nulls; ///< nullopt: distinct for a key, equal for whole rows
    Tolerance max_surplus;           ///< default 0 rows
    std::size_t limit = 5;           ///< groups to show
};

/// Rows that say the same thing twice. Errors end up in the document.
Document dedupe_check(const DedupeCheckOptions& options, const Context& context);

} // namespace assay
