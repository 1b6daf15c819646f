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

} // namespace assay
