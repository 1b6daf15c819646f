// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// The one spelling of a JSON value (RFC 8259), by which jsonb of Postgres is equal: members sorted
/// by the bytes of their names, of members with one name the last, no blanks, no escapes that could
/// be left out, numbers as canonical_decimal() spells them, so that no digit is lost.
/// @return nullopt for a text that is no JSON, is not UTF-8, is nested deeper than 512 levels or
/// has a number beyond what a double can hold
std::optional<std::string> canonical_json(std::string_view text);

} // namespace assay
