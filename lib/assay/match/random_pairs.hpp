// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/match/blocking.hpp"
#include "assay/match/records.hpp"

#include <vector>

namespace assay {

/// Pairs of records that stand for all pairs: every one where they are few, else 100,000 that are
/// drawn the same in every run.
std::vector<Candidate> random_pairs(const Records& records);

} // namespace assay
