// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/tolerance.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>

namespace assay {
namespace {

template <typename Number>
std::optional<Number> parse_whole(std::string_view text) noexcept {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

} // namespace

std::optional<Tolerance> parse_tolerance(std::string_view text) noexcept {
    text = trim_ascii(text);
    if (!text.ends_with('%')) {
        const auto rows = parse_whole<std::int64_t>(text);
        return rows && *rows >= 0 ? std::optional(Tolerance{*rows, std::nullopt}) : std::nullopt;
    }
    text.remove_suffix(1);
    const auto percent = parse_whole<double>(trim_ascii(text));
    if (!percent || !(*percent >= 0 && *percent <= 100)) {
        return std::nullopt;
    }
    return Tolerance{0, *percent / 100};
}

std::string display(const Tolerance& tolerance) {
    // A limit is shown as it was given, not rounded like a measured share.
    return tolerance.fraction ? fmt::format("<= {:.12g} %", *tolerance.fraction * 100)
                              : "<= " + count_of(tolerance.rows, "row");
}

bool within(const Tolerance& tolerance, std::int64_t rows, std::int64_t total) noexcept {
    if (!tolerance.fraction) {
        return rows <= tolerance.rows;
    }
    // The fraction is off by up to two roundings of a double: without them 29 of 1,000 rows would
    // be more than 2.9 %. No two shares of fewer than 10^12 rows are that close.
    constexpr long double roundings = 1 + std::numeric_limits<double>::epsilon();
    return static_cast<long double>(rows) <= static_cast<long double>(*tolerance.fraction) *
                                                 static_cast<long double>(total) * roundings;
}

} // namespace assay
