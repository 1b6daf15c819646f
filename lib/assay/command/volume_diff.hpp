// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/tolerance.hpp"
#include "assay/command/common.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// Compare how many rows there are, or every row.
enum class DiffBy : std::uint8_t { counts, rows };

struct VolumeDiffOptions {
    CommonOptions common;
    std::string database_a;
    std::string database_b;
    DiffBy by = DiffBy::counts;
    std::vector<std::string> key;    ///< -k a,b for --rows; empty: the primary key, else whole rows
    std::vector<std::string> ignore; ///< columns left out of the comparison
    Tolerance max_diff;              ///< default 0 rows
    std::size_t limit = 10;          ///< rows to show per table
};

/// How much, and which rows, differ between two stores. Errors end up in the document.
Document volume_diff(const VolumeDiffOptions& options, const Context& context);

} // namespace assay
