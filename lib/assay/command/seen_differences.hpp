// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/fact.hpp"
#include "assay/command/change_cause.hpp"
#include "assay/scan/row_diff.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace assay {

/// Where rows are, by one column: by their keys, or by their moments.
struct SeenSpan {
    std::int64_t rows = 0;
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::string first_text; ///< as displayed
    std::string last_text;

    /// @param at the key or the moment that the value tells
    void add(std::int64_t at, const Value& value);
    friend bool operator==(const SeenSpan&, const SeenSpan&) = default;
};

/// Where the rows of one sort are.
struct SeenPlace {
    std::int64_t rows = 0;
    SeenSpan key;                              ///< of a key of one integer
    SeenSpan time;                             ///< of the column of times
    std::map<std::int64_t, std::int64_t> days; ///< rows by day, as far as they are few
    friend bool operator==(const SeenPlace&, const SeenPlace&) = default;
};

/// What is told of the rows that differ besides their numbers, of those that were looked at.
struct SeenDifferences {
    std::vector<ColumnChanges> columns; ///< beside the key
    std::array<SeenPlace, 3> places;    ///< by ChangeKind
    std::array<Fact::List, 3> samples;  ///< by ChangeKind, the first ones, as they are shown
    friend bool operator==(const SeenDifferences&, const SeenDifferences&) = default;
};

std::size_t index_of(ChangeKind kind) noexcept;

/// For a later run that goes on from there.
Fact fact_of(const SeenDifferences& seen);
/// @throws Error of kind usage: nobody wrote that.
SeenDifferences read_seen(const Fact& fact);

} // namespace assay
