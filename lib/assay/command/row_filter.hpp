// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/run.hpp"
#include "assay/command/time_column.hpp"
#include "assay/store/since.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// What one side of a comparison asks besides.
struct SideFilter {
    std::string where;  ///< as --where; empty: all rows
    Micros min_age = 0; ///< rows younger than that do not count; 0: all do
};

/// Which rows of the tables of one source count: those that --where, --since and --min-age leave.
class RowFilter {
public:
    /// @param now what ages are measured from
    RowFilter(const CommonOptions& options, StoreKind kind, Micros now, SideFilter side = {});

    /// The condition on the rows of a table, in the SQL of its store; empty: all count.
    std::string condition(const TableSchema& table) const;
    /// The condition on the rows that are too young; empty: none is.
    std::string young(const TableSchema& table) const;
    /// Why --since cannot choose among the rows of a table; empty if it can, or need not.
    std::string reason_not_to_choose(const TableSchema& table) const;
    /// The name of the column by which --since and --min-age choose; empty without them.
    std::string column_of(const TableSchema& table) const;

    /// Say of each table from when on its rows count, and by which column.
    /// @throws Error of kind not_found when --since can choose in none of them, or the column that
    /// the user named does not exist; of kind usage when it holds no time.
    void announce(const std::vector<const TableSchema*>& tables, Document& document) const;

private:
    /// The flag that needs to know when rows are from; empty: none does.
    std::string_view time_flag() const noexcept;
    /// nullopt also where no flag needs one.
    std::optional<TimeColumn> time_column(const TableSchema& table) const;
    std::string note(const TableSchema& table, const TimeColumn& column) const;

    const CommonOptions& m_options;
    StoreKind m_kind;
    SideFilter m_side;
    TimeStart m_start; ///< of --since
    TimeStart m_young; ///< rows from then on are younger than --min-age
};

/// The filter for a source whose own clock says what now is, unless --now does.
RowFilter filter_of(const Source& source, const CommonOptions& options);

} // namespace assay
