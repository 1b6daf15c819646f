// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/fact.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Facts that an ended run kept of a table that was under way, read back. Numbers are texts, as not
/// every reader of JSON holds 64 bits. All throw an Error of kind usage where nobody wrote that.

[[noreturn]] void fail_damaged();
/// The fact of that name among facts.
const Fact& require(const Fact& fact, std::string_view name);
std::string_view text_of(const Fact& fact);
const Fact::List& list_of(const Fact& fact);
std::int64_t number_of(const Fact& fact);
/// Of zero and more, and so few that no sum of them overflows.
std::int64_t count_of(const Fact& fact);
/// The number up to the next blank, which goes with it.
std::int64_t take_number(std::string_view& text);

/// More than a table can have, and no sum of a few such numbers overflows.
inline constexpr std::int64_t most_kept_rows = std::int64_t{1} << 53;

} // namespace assay
