// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/store.hpp"

#include <string>
#include <vector>

namespace assay {

/// Ask the store whether it understands a condition on the rows of tables; no row is read. One
/// table of several may lack what it names.
/// @param where empty: there is nothing to ask
/// @throws Error of kind usage if no table has what it names
void require_understood(Session& session, const std::vector<const TableSchema*>& tables,
                        const std::string& where);

} // namespace assay
