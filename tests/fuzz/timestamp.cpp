// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "fuzz.hpp"

#include "assay/base/time.hpp"

using namespace assay;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text = fuzz::text_of(data, size);
    const auto parsed = parse_time(text);
    if (!parsed) {
        return 0;
    }
    const std::string written = format_instant(parsed->micros);
    const auto again = parse_time(written);
    // An offset can lead out of the years that are read.
    if (again) {
        fuzz::require(again->micros == parsed->micros, "a time survives being written and read");
    }
    fuzz::require(!format_timestamp(parsed->micros).empty(), "every time can be written");
    return 0;
}
