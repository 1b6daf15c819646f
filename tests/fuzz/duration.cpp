// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "fuzz.hpp"

#include "assay/base/time.hpp"

using namespace assay;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text = fuzz::text_of(data, size);
    const auto parsed = parse_duration(text);
    if (!parsed) {
        return 0;
    }
    fuzz::require(*parsed >= 0, "no duration is negative");
    const std::string written = format_duration(*parsed);
    const auto again = parse_duration(written);
    fuzz::require(again && *again <= *parsed, "what is written can be read, rounded down");
    return 0;
}
