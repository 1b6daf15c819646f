// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/fact.hpp"

#include <algorithm>

namespace assay {

const Fact* find_fact(const Facts& facts, std::string_view name) noexcept {
    const auto found = std::find_if(facts.begin(), facts.end(),
                                    [&](const auto& fact) { return fact.first == name; });
    return found == facts.end() ? nullptr : &found->second;
}

} // namespace assay
