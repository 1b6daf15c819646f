// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/table/table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// The CHECK constraints of a CREATE TABLE statement, of columns and of the table. SQLite has no
/// other place that tells them.
std::vector<CheckConstraint> check_constraints(std::string_view create_table);

/// The key and the WHERE clause of a CREATE INDEX statement: everything from its first parenthesis.
std::string index_key_text(std::string_view create_index);

} // namespace assay
