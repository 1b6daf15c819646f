// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/run.hpp"

#include <string>
#include <utility>
#include <vector>

namespace assay {

/// A table as both sides have it; one of them is null where that side lacks it.
struct TablePair {
    const TableSchema* a = nullptr;
    const TableSchema* b = nullptr;
};

/// Bring the selected tables of two sources together. Names match to the letter, else without
/// regard to ASCII case, else without underscores too (InvoiceLine and invoice_line); schemas only
/// decide between several candidates.
/// @throws Error of kind not_found when a pattern matches on neither side.
std::vector<TablePair> pair_tables(const Source& a, const Source& b, const CommonOptions& options,
                                   Document& document);

/// The columns that both sides of a pair have, and those that one side lacks.
struct ColumnMatches {
    std::vector<std::pair<std::size_t, std::size_t>> both; ///< ordinals, in the order of side A
    std::vector<std::size_t> only_a;
    std::vector<std::size_t> only_b;
};

/// Match the columns of two tables: those that `mapped` brings together, the others by the same
/// rules as tables.
/// @param mapped pairs of ordinals, no column twice
ColumnMatches match_columns(const TableSchema& a, const TableSchema& b,
                            const std::vector<std::pair<std::size_t, std::size_t>>& mapped = {});

} // namespace assay
