// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/table/sample_design.hpp"

namespace assay {

std::string_view to_string(SampleUnit unit) noexcept {
    switch (unit) {
    case SampleUnit::whole: return "whole";
    case SampleUnit::rows: return "rows";
    case SampleUnit::clusters: return "clusters";
    }
    return "whole";
}

void ClusterCount::add(std::int64_t rows_of_cluster) noexcept {
    const auto more = static_cast<double>(rows_of_cluster);
    ++clusters;
    rows += more;
    squares += more * more;
}

double ClusterCount::effective() const noexcept { return squares > 0 ? rows * rows / squares : 0; }

} // namespace assay
