// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/fact.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// How the rows of a group came to have one key, as far as their other columns tell.
enum class DuplicateCause : std::uint8_t {
    reinsert, ///< all other columns are the same: the row was inserted again
    reload,   ///< only the time is another one: it was loaded again later
    versions, ///< they say different things
    unknown   ///< not all of its rows were compared, and those that were are the same
};
/// "reinsert", ... as in the JSON document.
std::string_view to_string(DuplicateCause cause) noexcept;

struct GroupCause {
    DuplicateCause cause = DuplicateCause::unknown;
    std::vector<std::string> conflicts; ///< columns that differ
};

/// How much of a group was compared.
enum class Compared : std::uint8_t { all, part };

/// @param differing columns with more than one value in the group; NULL is a value
/// @param time_column says when a row is from; empty: none is known
GroupCause cause_of(std::vector<std::string> differing, std::string_view time_column,
                    Compared compared);

/// What is known of the groups of a table.
struct CauseFacts {
    std::vector<GroupCause> groups;   ///< those that were looked at, largest first
    std::int64_t duplicated_keys = 0; ///< all groups
    std::vector<std::string> aside;   ///< columns that only number the rows: they do not count
    std::string time_column;          ///< see cause_of()
};

/// The sentence: "2 exact re-inserts, 1 with conflicting versions (price in 1)".
std::string cause_words(const CauseFacts& facts);
/// The numbers: groups by cause, and for each column in how many groups it conflicts.
Facts cause_evidence(const CauseFacts& facts);

} // namespace assay
