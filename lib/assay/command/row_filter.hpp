// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/run.hpp"
#include "assay/command/time_column.hpp"
#include "assay/store/since.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay {

/// Which rows of the tables of one source count: those that --where and --since leave.
class RowFilter {
public:
    /// @param now what the age of --since is measured from
    RowFilter(const CommonOptions& options, StoreKind kind, Micros now);

    /// The condition on the rows of a table, in the SQL of its store; empty: all count.
    std::string condition(const TableSchema& table) const;
    /// Why --since cannot choose among the rows of a table; empty if it can, or need not.
    std::string reason_not_to_choose(const TableSchema& table) const;
    /// The name of the column by which --since chooses; empty without --since.
    std::string column_of(const TableSchema& table) const;

    /// Say of each table from when on its rows count, and by which column.
    /// @throws Error of kind not_found when --since can choose in none of them, or the column that
    /// the user named does not exist; of kind usage when it holds no time.
    void announce(const std::vector<const TableSchema*>& tables, Document& document) const;

private:
    std::optional<TimeColumn> time_column(const TableSchema& table) const;

    const CommonOptions& m_options;
    StoreKind m_kind;
    TimeStart m_start;
};

/// The filter for a source whose own clock says what now is, unless --now does.
RowFilter filter_of(const Source& source, const CommonOptions& options);

} // namespace assay
