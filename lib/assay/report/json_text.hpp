// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace assay {

/// JSON with its keys in the order in which they were written.
using Json = nlohmann::ordered_json;

/// Parse untrusted JSON text. Refuses what a document never holds: more than 256 MiB, more than 64
/// levels, one key twice in one object, numbers beyond a double.
/// @param name what to call the input in messages.
/// @throws Error of kind usage.
Json parse_json(std::string_view text, std::string_view name);

/// ASCII only, two blanks per level, a newline at the end. Invalid UTF-8 becomes U+FFFD.
std::string print_json(const Json& json);

} // namespace assay
