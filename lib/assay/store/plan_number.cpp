// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/plan_number.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string>

namespace assay {

std::optional<double> plan_number(std::string_view plan, std::string_view field) {
    // Inside a name the quote after the word would have a backslash before it.
    const std::string name = fmt::format("\"{}\": ", field);
    const auto at = plan.find(name);
    double number = 0;
    if (at == std::string_view::npos ||
        std::from_chars(plan.data() + at + name.size(), plan.data() + plan.size(), number).ec !=
            std::errc()) {
        return std::nullopt;
    }
    return number;
}

} // namespace assay
