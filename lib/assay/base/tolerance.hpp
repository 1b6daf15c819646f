// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// How many rows may be wrong: a number of rows, or a share of all.
struct Tolerance {
    std::int64_t rows = 0;
    std::optional<double> fraction; ///< 0..1; takes the place of rows
    friend bool operator==(const Tolerance&, const Tolerance&) = default;
};

/// "0", "100", "0.5%". Negative, NaN, above 100 % and anything else is refused.
std::optional<Tolerance> parse_tolerance(std::string_view text) noexcept;
/// "<= 100 rows", "<= 0.5 %"
std::string display(const Tolerance& tolerance);
/// Are `rows` out of `total` within the tolerance? Exact, no rounding in the user's favour.
bool within(const Tolerance& tolerance, std::int64_t rows, std::int64_t total) noexcept;

} // namespace assay
