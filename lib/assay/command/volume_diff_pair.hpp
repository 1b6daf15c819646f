// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/pair_progress.hpp"
#include "assay/command/pairing.hpp"
#include "assay/command/run.hpp"
#include "assay/command/volume_diff_recheck.hpp"
#include "assay/command/volume_diff_sides.hpp"

#include <string>
#include <vector>

namespace assay {

/// What is learned of a pair of tables besides its results.
struct PairState {
    TablePair pair;
    DifferingKeys keys{};
    PairProgress progress{};  ///< only where a run that ends early is kept
    std::string not_sliced{}; ///< why such a run begins anew; empty: it does not
    SessionCost others{};     ///< what sessions beside the two have cost
};

/// Why a table of a pair cannot be read; empty if both can.
std::string reason_not_to_compare(const TablePair& pair);

/// What the catalogs tell of a pair: is there such a table on both sides, and where rows are
/// compared, has it the same columns?
std::vector<CheckResult> judge_schema(const TablePair& pair, const VolumeDiffOptions& options);

/// Compare the tables of a pair by what the options ask for, which says nothing of one that a side
/// lacks. An error that is about this pair is a result.
std::vector<CheckResult> judge(const Sides& sides, const VolumeDiffOptions& options,
                               const Context& context, PairState& state);

/// How far it came goes into the result of a comparison that was ended.
void keep_progress(const PairProgress& progress, CheckResult& result);

} // namespace assay
