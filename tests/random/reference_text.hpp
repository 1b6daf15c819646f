// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::test {

/// What a slow and obvious look at a text says.
struct ReferenceText {
    std::int64_t code_points = 0; ///< a byte that is not UTF-8 counts as one
    bool valid = true;
    bool blank = true;
};
ReferenceText look_at(std::string_view text);

/// "6162" is "ab".
std::string from_hex(std::string_view digits);

} // namespace assay::test
