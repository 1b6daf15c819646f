// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/check.hpp"
#include "assay/check/duplicate_cause.hpp"
#include "assay/check/surplus_limit.hpp"
#include "assay/metric/duplicates.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// How a key came to be one.
enum class KeyOrigin : std::uint8_t {
    named,     ///< by the user
    declared,  ///< by the table
    guessed,   ///< by its name; it may be none
    whole_rows ///< it is all that rows say
};
/// "named", ... as in the JSON document.
std::string_view to_string(KeyOrigin origin) noexcept;

/// What the primary key is called where it has no name of its own.
inline constexpr std::string_view unnamed_primary_key = "the primary key";
/// "the primary key", "index customers_code_key".
std::string guarantor_words(std::string_view name);

struct DuplicateFacts {
    TableRef table;
    std::vector<std::string> key; ///< empty: whole rows
    KeyOrigin origin = KeyOrigin::named;
    std::string guarantor; ///< keeps the key unique, so that nothing was counted; empty: counted
    NullPolicy nulls = NullPolicy::distinct;
    DuplicateCounts counts;
    std::int64_t verified_groups = 0; ///< whose rows are known to have equal values
    std::int64_t spilled_bytes = 0;   ///< that went through a temporary file
    std::string index;                ///< in which the rows were counted; empty: in the table
    Fact::List
        groups; ///< the largest ones as they may be shown: {"key": {column: value}, "count": n}
    std::optional<CauseFacts> cause; ///< nullopt: nobody looked
    Facts unique;                    ///< is there a unique index, would one be possible
};

/// Are there more surplus rows than allowed? An empty table has none, and so has a key that a
/// unique index guarantees. A key that was guessed is a warning, and is skipped where more than
/// half of the rows repeat another one: then it is no key.
CheckResult check_duplicates(const DuplicateFacts& facts, const SurplusLimit& max_surplus);

} // namespace assay
