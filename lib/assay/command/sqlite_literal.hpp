// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/table/value.hpp"

#include <string>

namespace assay {

/// A value of SQLite as an expression of its SQL that gives the same value again: 1, 0.5, 'it''s',
/// x'00ff', NULL. No control character leaves it, nor what ends a literal.
std::string sqlite_literal(const Value& value);

} // namespace assay
