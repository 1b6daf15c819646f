// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/duplicate_cause.hpp"
#include "assay/scan/duplicate_scan.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay {

struct WhyRequest {
    std::vector<std::size_t> key;    ///< ordinals
    std::optional<std::size_t> time; ///< the column that says when a row is from
};

/// Which other columns tell why rows repeat a key.
struct OtherColumns {
    std::vector<std::size_t> compared; ///< ordinals
    std::vector<std::string> aside;    ///< those that number the rows do not count: they differ
    std::optional<std::size_t> time;   ///< that of the request, if it is compared

    /// Is the key all that a table has?
    bool are_none() const noexcept { return compared.empty() && aside.empty(); }
};
OtherColumns other_columns(const TableSchema& table, const WhyRequest& request);

/// A group and what there is to say of it.
struct GroupWhy {
    DuplicateRows rows;
    std::vector<RowLocator> places;  ///< of its first rows, as far as anything leads to them
    std::optional<GroupCause> cause; ///< nullopt: nobody looked
    std::optional<Value> first;      ///< the earliest time; nullopt where not all are known
    std::optional<Value> last;
};

struct Why {
    std::vector<GroupWhy> groups; ///< in the order in which they were given
    CauseFacts facts;
};

/// Say why there are groups, by the other columns of their rows: by what was seen where these have
/// no places, else they are read again. Where the key is all that a table has, there is nothing to
/// look at.
/// @param placed nullptr: rows have no places
Why explain_groups(Workers& workers, const TableSchema& table, const PlacedTable* placed,
                   const WhyRequest& request, const Duplicates& found);

} // namespace assay
