// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace assay::bench {

struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

inline std::uint64_t parse_number(std::string_view text) {
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || value > 1'000'000'000'000) {
        throw UsageError("not a number of rows or columns: '" + std::string(text) + "'");
    }
    return value;
}

} // namespace assay::bench
