// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/error.hpp"

#include <string_view>

namespace assay::postgres {

/// What a failed statement means for the run. The server's own words are only repeated for classes
/// of errors that cannot quote data.
/// @param sqlstate five characters.
/// @param message the server's primary message.
Error statement_error(std::string_view sqlstate, std::string_view message);

} // namespace assay::postgres
