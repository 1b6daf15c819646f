// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/tolerance.hpp"
#include "assay/check/check.hpp"
#include "assay/metric/profile.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// Row counts of one table on both sides. Not exact at catalog depth only.
struct RowCounts {
    TableRef table; ///< as side A names it
    Count a;
    Count b;
};

/// Is the difference within the tolerance, as a number of rows or as a share of the larger side?
CheckResult check_row_counts(const RowCounts& counts, const Tolerance& max_diff);

/// The rows of one group on both sides.
struct GroupRows {
    Fact name; ///< "2024-01-31", or a value; null: rows without one
    std::int64_t a = 0;
    std::int64_t b = 0;
};

/// Row counts of one table by group, all exact.
struct GroupDifference {
    TableRef table;
    std::string column; ///< as side A names it
    std::string by;     ///< "hour", "day", "week", or the column
    std::string unit;   ///< what to call a group: "day"
    std::string zone;   ///< of times; empty: the groups are no times
    std::vector<GroupRows> groups;
};

/// Is the difference of every group within the tolerance, as a number of rows or as a share of the
/// larger side?
/// @param limit groups to show, those that differ most
CheckResult check_group_counts(const GroupDifference& difference, const Tolerance& max_diff,
                               std::size_t limit);

/// A table that one side lacks.
CheckResult missing_table(const TableRef& table, std::string_view only_on);
/// A table that both sides have.
CheckResult table_on_both_sides(const TableRef& table);

/// Columns that only one side has: they are not compared.
struct ColumnDifference {
    TableRef table;
    std::vector<std::string> only_a;
    std::vector<std::string> only_b;
};
CheckResult check_columns(const ColumnDifference& difference);

/// Row differences of one table, all exact.
struct RowDifference {
    TableRef table;
    std::vector<std::string> key; ///< empty: whole rows
    std::int64_t rows_a = 0;
    std::int64_t rows_b = 0;
    std::int64_t only_a = 0;
    std::int64_t only_b = 0;
    std::int64_t changed = 0;
    std::int64_t unchanged = 0;
    std::int64_t within_tolerance = 0; ///< of the unchanged ones, those that are not equal
    Facts changed_cells;               ///< by column, those with changes only
    Facts more_evidence;               ///< key and type facts, samples
};

/// Do the rows that differ stay within the tolerance, as a number or as a share of the larger side?
CheckResult check_rows(const RowDifference& rows, const Tolerance& max_diff);

/// Rows differ, and those behind the first ones were not read.
CheckResult check_first_difference(const RowDifference& rows);

/// Rows that are the same but for the blanks at the end of their texts.
CheckResult check_trailing_blanks(const TableRef& table, std::int64_t rows_compared,
                                  std::int64_t rows_that_differ);

} // namespace assay
