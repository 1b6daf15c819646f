// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/library_versions.hpp"

#include <sqlite3.h>

namespace assay {

std::string sqlite_version() { return sqlite3_libversion(); }

} // namespace assay
