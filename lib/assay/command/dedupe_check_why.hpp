// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/duplicate_cause.hpp"
#include "assay/scan/duplicate_rows.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay {

struct WhyRequest {
    std::vector<std::size_t> key; ///< ordinals
    std::string where;            ///< which rows count; empty: all
    std::size_t limit = 5;        ///< groups to show
    std::optional<std::size_t> time;
};

/// A group and what there is to say of it.
struct GroupWhy {
    DuplicateRows rows;
    std::optional<GroupCause> cause; ///< nullopt: nobody looked
    std::optional<Value> first;      ///< the earliest time; nullopt where not all are known
    std::optional<Value> last;
};

struct Why {
    std::vector<GroupWhy> groups; ///< in the order that was wanted; those to show at least
    CauseFacts facts;
};

/// Groups that are named, so that the cause of most of them is known.
inline constexpr std::size_t groups_to_explain = 1'000;

/// Does a column differ in every row by design: the primary key, a unique one, an identity?
bool numbers_rows(const TableSchema& table, const ColumnSpec& column);

/// A time as a value of a time type, also where the store holds a text or a number; nullopt for
/// what is no time.
std::optional<Value> time_value(const Column& column, std::size_t row);

/// Read the rows of groups again and compare their other columns: one scan of the key to find the
/// rows, then at most 20,000 of them by their places, at most 1,000 of a group. Columns of the
/// primary key, of a unique one and identity columns do not count: they differ always. Where the
/// key is all that a table has, there is nothing to look at.
Why explain_groups(Session& session, const PlacedTable& table, const WhyRequest& request,
                   const std::vector<DuplicateGroup>& wanted);

} // namespace assay
