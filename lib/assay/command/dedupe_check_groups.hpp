// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/duplicates_near.hpp"
#include "assay/command/common.hpp"
#include "assay/command/dedupe_check_rows.hpp"
#include "assay/match/near_duplicates.hpp"

namespace assay {

/// What there is to say of a search, as far as the policy lets values be shown.
/// @param limit groups to show
NearFacts near_facts(const NearRows& rows, const Records& records, const NearResult& result,
                     std::size_t limit, ValuesPolicy values);

} // namespace assay
