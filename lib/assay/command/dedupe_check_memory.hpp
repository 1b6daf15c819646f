// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/location.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace assay {

/// Where temporary files go: TMPDIR, else /tmp.
std::string temporary_folder(const Environment& environment);

/// What a plan says of the search for equal keys: what it takes, and whether a temporary file is to
/// be expected.
/// @param rows about how many there are; nullopt: nobody knows
/// @param memory bytes for the keys
/// @param folder where the file would be
std::string words_of_memory(std::optional<std::int64_t> rows, std::size_t memory,
                            const std::string& folder);

} // namespace assay
