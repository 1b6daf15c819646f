// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/store.hpp"

#include <cstddef>

namespace assay {

/// Do rows lie in the order of a column of integers that is declared unique, so that a range of it
/// reads little more than its rows? In SQLite those of a primary key do; in Postgres they do if the
/// planner would read an eighth of the keys by the index.
bool lies_in_order(Session& session, const TableSchema& table, std::size_t ordinal);

} // namespace assay
