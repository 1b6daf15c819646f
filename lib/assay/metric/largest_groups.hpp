// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/duplicates.hpp"

#include <cstddef>
#include <vector>

namespace assay {

/// Largest first; equal sizes in the order of their fingerprints, so that runs agree.
bool is_larger(const DuplicateGroup& left, const DuplicateGroup& right) noexcept;

/// Keep the `most` largest groups in a heap whose top is the smallest of them.
void offer(std::vector<DuplicateGroup>& heap, const DuplicateGroup& group, std::size_t most);

} // namespace assay
