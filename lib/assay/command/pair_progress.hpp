// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/row_comparison.hpp"
#include "assay/scan/slice_diff.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// What was compared of a table from one snapshot of each side.
struct ComparedPart {
    std::int64_t keys_to = 0; ///< from where the part before ends
    Micros at_a = 0;          ///< when the snapshot of side A was taken
    Micros at_b = 0;
    std::int64_t ranges_read = 0; ///< by then, of those that differ
};

/// How far a pair of tables has been compared, by this run and those that it goes on from.
struct PairProgress : RowsProgress {
    std::string plan;                ///< see plan_digest()
    std::vector<ComparedPart> ended; ///< parts before the one at hand

    /// Is there anything behind which a later run can go on?
    bool can_go_on() const noexcept { return slices.last && !ended.empty(); }
    /// The sessions that compared the last slices lose their snapshots.
    void end_part(const Session& a, const Session& b);
};

/// "compared up to key 2,099,999; 812 of 2,100 ranges that differ there are read"
std::string words_of(const PairProgress& progress);

/// 16 hex digits: which rows and columns are compared, and how. The tables are told apart by
/// others.
std::string plan_digest(const RowComparison& plan);

/// Why a comparison that is ended has to begin anew; empty if it can go on.
std::string reason_not_to_slice(const RowComparison& plan, ValuesPolicy values);

/// What the evidence of an unfinished comparison keeps as "resume".
Fact fact_of(const PairProgress& progress);
/// @throws Error of kind usage: nobody wrote that.
PairProgress read_progress(const Fact& fact);

/// The plan that evidence of that kind is of; empty where there is none. Lives as long as it does.
std::string_view plan_in_progress(const Facts& evidence) noexcept;
/// Rows of a side that evidence of that kind makes it needless to read; 0 where there is none.
std::int64_t rows_in_progress(const Facts& evidence) noexcept;

/// Say of a finished comparison that its parts are not of one moment, and which they are.
void tell_parts(const PairProgress& progress, const Session& a, const Session& b,
                CheckResult& result);

} // namespace assay
