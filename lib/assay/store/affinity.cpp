// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/affinity.hpp"

#include "assay/base/text.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>

namespace assay {
namespace {

bool holds_any(std::string_view text, std::initializer_list<std::string_view> parts) {
    return std::any_of(parts.begin(), parts.end(), [text](std::string_view part) {
        return text.find(part) != std::string_view::npos;
    });
}

} // namespace

Affinity affinity_of(std::string_view declared) {
    const std::string type = to_lower_ascii(declared);
    if (holds_any(type, {"int"})) {
        return Affinity::numeric;
    }
    if (holds_any(type, {"char", "clob", "text"})) {
        return Affinity::text;
    }
    if (type.empty() || holds_any(type, {"blob"})) {
        return Affinity::none;
    }
    return holds_any(type, {"real", "floa", "doub"}) ? Affinity::real : Affinity::numeric;
}

} // namespace assay
