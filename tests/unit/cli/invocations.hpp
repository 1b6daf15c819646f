// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/error.hpp"

#include "assay/parse.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <variant>
#include <vector>

namespace assay::test {

using Words = std::vector<std::string>;

inline cli::Invocation invoke(const Words& words) {
    cli::Parsed parsed = cli::parse(words);
    REQUIRE(parsed.intent == cli::Intent::run);
    return *parsed.invocation;
}

template <typename Options>
Options options_of(const Words& words) {
    return std::get<Options>(invoke(words).options);
}

/// The message and the hint of the refusal.
inline std::string refusal(const Words& words) {
    try {
        cli::parse(words);
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::usage);
        return std::string(error.what()) + " | " + error.hint();
    }
    return "accepted";
}

} // namespace assay::test
