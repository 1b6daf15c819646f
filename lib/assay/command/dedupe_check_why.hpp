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

/// A group and what there is to say of it.
struct GroupWhy {
    DuplicateRows rows;
    std::optional<GroupCause> cause; ///< nullopt: nobody looked
    std::optional<Value> first;      ///< the earliest time; nullopt where not all are known
    std::optional<Value> last;
};

struct Why {
    std::vector<GroupWhy> groups; ///< in the order in which they were given
    CauseFacts facts;
};

/// A time as a value of a time type, also where the store holds a text or a number; nullopt for
/// what is no time.
std::optional<Value> time_value(const Column& column, std::size_t row);

/// Read the rows of groups again, by their places, and compare their other columns. Those that
/// number the rows do not count: they differ always. Where the key is all that a table has, there
/// is nothing to look at.
/// @param found the largest groups, with the places of their first rows
Why explain_groups(Workers& workers, const PlacedTable& table, const WhyRequest& request,
                   std::vector<DuplicateRows> found);

} // namespace assay
