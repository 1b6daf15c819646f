// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sqlite/declared_type.hpp"

#include "assay/base/text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace assay {
namespace {

struct Rule {
    std::string_view part; ///< lower case
    ColumnType type;
};

// The first part that the declaration contains decides: longer words stand before the shorter ones
// inside them ("interval" before "int", "floating point" before "int").
constexpr std::array<Rule, 31> rules{{
    {"bool", ColumnType::boolean},
    {"interval", ColumnType::other},
    {"uuid", ColumnType::uuid},
    {"guid", ColumnType::uuid},
    {"uniqueidentifier", ColumnType::uuid},
    {"json", ColumnType::json},
    {"timestamptz", ColumnType::timestamptz},
    {"datetimeoffset", ColumnType::timestamptz},
    {"timetz", ColumnType::time},
    {"datetime", ColumnType::timestamp},
    {"timestamp", ColumnType::timestamp},
    {"char", ColumnType::text},
    {"clob", ColumnType::text},
    {"text", ColumnType::text},
    {"string", ColumnType::text},
    {"real", ColumnType::real},
    {"floa", ColumnType::real},
    {"doub", ColumnType::real},
    {"numeric", ColumnType::decimal},
    {"number", ColumnType::decimal},
    {"money", ColumnType::decimal},
    {"dec", ColumnType::decimal},
    {"point", ColumnType::other},
    {"int", ColumnType::integer},
    {"serial", ColumnType::integer},
    {"blob", ColumnType::bytes},
    {"bytea", ColumnType::bytes},
    {"binary", ColumnType::bytes},
    {"image", ColumnType::bytes},
    {"date", ColumnType::date},
    {"time", ColumnType::time},
}};

/// "INTEGER_OR_TEXT": whoever declares so means values of both kinds.
bool names_alternatives(std::string_view name) noexcept {
    return name.find("_or_") != std::string_view::npos ||
           name.find(" or ") != std::string_view::npos;
}

} // namespace

ColumnType declared_column_type(std::string_view declared) {
    const std::string lower = to_lower_ascii(declared);
    // What stands in parentheses is a length or a list of values, but "(3) with time zone" is not.
    const std::string name = lower.substr(0, lower.find('('));
    if (names_alternatives(name)) {
        return ColumnType::other;
    }
    const auto rule = std::find_if(rules.begin(), rules.end(), [&name](const Rule& candidate) {
        return name.find(candidate.part) != std::string::npos;
    });
    if (rule == rules.end()) {
        return ColumnType::other;
    }
    if (rule->type == ColumnType::timestamp && lower.find("with time zone") != std::string::npos) {
        return ColumnType::timestamptz;
    }
    return rule->type;
}

} // namespace assay
