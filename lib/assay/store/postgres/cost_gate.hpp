// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/postgres/connection.hpp"

#include <string>
#include <vector>

namespace assay::postgres {

/// Ask the planner what a statement that reads rows would cost, where SessionOptions::max_cost says
/// how much it may.
/// @param parameters the texts of $1, $2, ...
/// @throws Error of kind limit if that is more.
void require_affordable(Connection& connection, const std::string& sql,
                        const std::vector<std::string>& parameters = {});

} // namespace assay::postgres
