// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay::test {

/// A CSV file in memory.
struct CsvTable {
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows; ///< each as long as the header
};

/// Parse CSV with a header: commas, double quotes, LF or CRLF. Blanks behind a comma are dropped.
/// @throws std::runtime_error for a row that is not as long as the header.
CsvTable parse_csv(std::string_view text);

/// What an empty field is in a database.
enum class EmptyField : std::uint8_t { text, null };

/// SQL that makes a table of text columns out of it, good for both stores.
std::string table_sql(const std::string& name, const CsvTable& csv, EmptyField empty);

} // namespace assay::test
