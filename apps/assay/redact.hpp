// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::cli {

/// Where the secrets of an argument are, as offset and length, in order and not overlapping: the
/// password of a URL (up to the last '@', so that an unescaped one is covered whole) and every
/// password=... of a URL query or a key/value string. Rather too much than too little.
std::vector<std::pair<std::size_t, std::size_t>> secret_ranges(std::string_view text);

/// A text with "***" in place of its secrets.
std::string redact(std::string_view text);
std::vector<std::string> redact(const std::vector<std::string>& arguments);

} // namespace assay::cli
