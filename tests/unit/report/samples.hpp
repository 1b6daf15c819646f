// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/report/document.hpp"

#include <string>
#include <utility>
#include <vector>

namespace assay::test {

/// Names that a database may hold to fool a terminal, a comment or a parser.
inline const std::string hostile_name = "ord\x1b[31mers\n| <b>\xe2\x80\xae`x`";
inline const std::string emoji_name = "日本語 👍🏽";
inline const std::string invalid_utf8_name = "caf\xe9";

/// An audit of a small shop: findings of every severity, an error, a skipped check.
Document shop_audit();
/// One table with a full profile, keys and indexes, and nothing wrong with it.
Document one_table_audit();
/// The same as shop_audit(), with names that need escaping in every place that holds one.
Document hostile_audit();
Document freshness_answer();
Document dedupe_finding();
Document volume_finding();
Document comparison();
Document explained();
Document wrong_call();
Document unreachable();
/// No source, no table, no check.
Document nothing();

/// All of the above with a name each.
std::vector<std::pair<std::string, Document>> samples();

} // namespace assay::test
