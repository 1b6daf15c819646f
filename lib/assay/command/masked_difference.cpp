// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/masked_difference.hpp"

#include "assay/base/unicode.hpp"

#include <algorithm>
#include <cstdint>

namespace assay {
namespace {

/// The first character of a text that is not empty, which is taken off.
std::string_view take_character(std::string_view& text) {
    const std::string_view first = text.substr(0, next_code_point(text).size);
    text.remove_prefix(first.size());
    return first;
}

} // namespace

Facts masked_difference(std::string_view text, std::string_view other) {
    constexpr std::size_t most = 5;
    Fact::List at;
    std::string_view rest = text;
    for (std::int64_t i = 1; !rest.empty() && !other.empty() && at.size() < most; ++i) {
        const std::string_view own = take_character(rest);
        if (own != take_character(other)) {
            at.emplace_back(i);
        }
    }
    return {{"characters", static_cast<std::int64_t>(count_code_points(text))},
            {"bytes", static_cast<std::int64_t>(text.size())},
            {"at", std::move(at)}};
}

} // namespace assay
