// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/duplicates.hpp"
#include "assay/scan/duplicate_groups.hpp"
#include "assay/scan/duplicate_scan.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay {

/// Are rows to be placed?
bool has_places(const DuplicateRequest& request) noexcept;

/// What one key may take.
KeyMemory memory_of_keys(const Workers& workers, const DuplicateRequest& request) noexcept;

/// How many rows of a frequent key have to be recorded with their places.
std::int64_t rows_to_record(const DuplicateRequest& request) noexcept;

/// Groups that have to be known by their fingerprints.
std::size_t most_to_name(const DuplicateRequest& request) noexcept;

/// Some of the groups, from the first on.
std::vector<DuplicateGroup> first_of(const std::vector<DuplicateGroup>& groups, std::size_t most);

/// What a scan has collected of a key.
struct CollectedKeys {
    const DuplicateAccumulator& all;
    const std::vector<ComparedKey>& compared; ///< in the order of their fingerprints
};

/// Groups of one key to find again.
struct GroupChoice {
    WantedGroups groups;
    std::vector<std::int64_t> places; ///< of their rows to read; empty: the table is to be scanned
};

/// Which groups to find again, and where their rows stand: of a group whose rows are known to have
/// equal keys, because all were compared when they were read or because no two keys share a
/// fingerprint, one to show and nothing else; of others all, to compare them. Where the others have
/// too many rows for that, or some that were only counted, the table is to be scanned.
GroupChoice choose_groups(Workers& workers, const DuplicateResult& counted,
                          const CollectedKeys& keys, const DuplicateRequest& request);

} // namespace assay
