// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/surplus_limit.hpp"
#include "assay/command/common.hpp"
#include "assay/command/dedupe_check_folds.hpp"
#include "assay/command/dedupe_check_repair.hpp"
#include "assay/command/side_file.hpp"
#include "assay/metric/duplicates.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// When two rows say the same thing.
enum class Likeness : std::uint8_t {
    exact, ///< when they are equal
    near   ///< when they are probably about one thing
};

/// The table that rows are linked with, or whose keys are looked for.
struct OtherTable {
    std::string database;
    std::string table; ///< as for -t
};

struct DedupeCheckOptions {
    CommonOptions common;
    std::string database;
    /// Each -k a,b; empty: the keys that are declared, or look like one, else whole rows. Retries,
    /// near duplicates and a plan take one at most.
    std::vector<std::vector<std::string>> keys;
    bool whole_rows = false;         ///< besides the keys
    bool verify = false;             ///< count also what a unique index guarantees
    std::vector<std::string> ignore; ///< columns that whole rows are compared without
    std::optional<NullPolicy> nulls; ///< nullopt: distinct for a key, equal for whole rows
    SurplusLimit max_surplus;
    std::size_t limit = 5; ///< groups to show
    FoldRules folds;       ///< what does not count besides; empty: all does
    /// A plan that deletes the surplus rows, which nobody executes; only exact, and of one table.
    /// nullopt: no plan.
    std::optional<SideFile> repair;
    std::optional<Keep> keep;         ///< of a plan; nullopt: the first row
    std::optional<Micros> within;     ///< look for retries, this far apart at most
    std::optional<std::string> actor; ///< of retries: the column that says who; nullopt: anybody
    Likeness likeness = Likeness::exact;
    std::optional<OtherTable> against;     ///< nullopt: rows of one table
    std::optional<double> min_probability; ///< only near; nullopt: what fits the question
};

/// The columns of the one key that there can be; none: nobody named any.
std::vector<std::string> only_key(const DedupeCheckOptions& options);

/// Rows that say the same thing twice. Errors end up in the document.
Document dedupe_check(const DedupeCheckOptions& options, const Context& context);

} // namespace assay
