// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "fuzz.hpp"

#include "assay/metric/canonical_json.hpp"

using namespace assay;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto canonical = canonical_json(fuzz::text_of(data, size));
    if (canonical) {
        fuzz::require(canonical_json(*canonical) == canonical, "a spelling is its own spelling");
    }
    return 0;
}
