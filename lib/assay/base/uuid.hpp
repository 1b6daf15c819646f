// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

inline constexpr std::size_t uuid_size = 16;
using UuidBytes = std::array<char, uuid_size>;

/// The bytes of "d4a980a4-850f-47c8-91d5-aecbc7abe0ed" in any spelling that Postgres reads: upper
/// case, within braces, a hyphen after any group of four digits or none. Blanks at the end, as of a
/// padded column, do not count.
/// @return nullopt for any other text
std::optional<UuidBytes> parse_uuid(std::string_view text) noexcept;

/// Is it a uuid as format_uuid() spells it?
bool is_canonical_uuid(std::string_view text) noexcept;

/// In lower case with four hyphens (RFC 9562), as Postgres prints it.
/// @param bytes uuid_size of them
std::string format_uuid(std::string_view bytes);

} // namespace assay
