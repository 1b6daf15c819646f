// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <string>

namespace assay {

/// The version of the SQLite in use, "3.40.1".
std::string sqlite_version();

} // namespace assay
