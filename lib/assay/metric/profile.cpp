// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/profile.hpp"

namespace assay {

std::string_view to_string(Method method) noexcept {
    switch (method) {
    case Method::exact: return "exact";
    case Method::estimate: return "estimate";
    case Method::sample: return "sample";
    }
    return "exact";
}

} // namespace assay
