// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/location.hpp"
#include "assay/store/sql.hpp"
#include "assay/table/table.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// How many rows a table has, as far as that is known without reading it.
struct LikelyRows {
    std::optional<std::int64_t> rows; ///< nullopt: nobody knows
    std::string_view how = "about";   ///< or "at most"
};
/// @param parts of Session::split(): those of SQLite tell how many rows there can be
LikelyRows likely_rows(const TableSchema& table, StoreKind kind,
                       const std::vector<ScanPart>& parts);

/// What a plan says of the search for equal keys: what it takes, and whether a temporary file is to
/// be expected.
/// @param keys of each row
/// @param memory bytes for all keys
/// @param folder where the file would be
std::string words_of_memory(const LikelyRows& likely, std::size_t keys, std::size_t memory,
                            const std::string& folder);

/// The same of the search for retries.
std::string words_of_retry_memory(const LikelyRows& likely, std::size_t memory,
                                  const std::string& folder);

/// The same of the search for keys that are equal once folded.
std::string words_of_folded_memory(const LikelyRows& likely, std::size_t memory,
                                   const std::string& folder);

/// The same of the search for near duplicates, whose texts must be held.
/// @param rows of all tables
/// @param bytes of all tables; nullopt: nobody knows
std::string words_of_near_memory(const LikelyRows& rows, std::size_t columns,
                                 std::optional<std::int64_t> bytes, std::size_t memory);

} // namespace assay
