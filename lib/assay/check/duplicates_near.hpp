// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/check.hpp"
#include "assay/check/surplus_limit.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// What a search for rows that are probably about one thing found.
struct NearFacts {
    TableRef table;
    std::vector<std::string> columns; ///< that were asked for; empty: all that tell something
    std::optional<TableRef> against;  ///< the other table; nullopt: rows of one table
    std::int64_t rows = 0;            ///< of the table
    std::int64_t rows_against = 0;    ///< of the other one
    std::int64_t groups_found = 0;
    std::int64_t surplus_rows = 0;    ///< beyond the first of each group; of two tables, the pairs
    std::int64_t largest_group = 0;   ///< rows
    std::int64_t candidates = 0;      ///< pairs that were compared
    std::int64_t pairs = 0;           ///< of rows, that are told
    std::int64_t uncompared_rows = 0; ///< whose blocks were all too large
    std::int64_t most_in_block = 0;   ///< rows; larger ones are not used
    std::int64_t undecided_rows = 0;  ///< equal to another one, which may be chance, and not told
    double min_probability = 0;
    std::int64_t spilled_bytes = 0;            ///< that went through a temporary file
    std::optional<double> predicted_precision; ///< of the pairs; nullopt without any
    Fact::List compared;                       ///< {"column": , "kind": }
    Fact::List left_out;                       ///< {"column": , "why": }
    std::vector<std::string> row_numbers; ///< of those left out, columns that only number the rows
    Fact::List blocks;                    ///< {"pass": , "blocks": , "largest": , "too_large": }
    Fact::List groups; ///< {"probability": , "count": , "same": {}, "rows": [{}]}
};

/// Do more rows than allowed probably repeat another one? A table without a column that tells rows
/// apart is skipped, and so is one that only passes because it could not be told of some rows.
CheckResult check_near_duplicates(const NearFacts& facts, const SurplusLimit& max_surplus);

} // namespace assay
