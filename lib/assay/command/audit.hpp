// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/common.hpp"

#include <string>

namespace assay {

struct AuditOptions {
    CommonOptions common;
    std::string database; ///< as typed; empty: the environment decides
    bool verify = false;  ///< hold the indexes of each table of SQLite against its rows
};

/// The state of every table: rows, size, profile, keys, findings. Errors end up in the document.
Document audit(const AuditOptions& options, const Context& context);

} // namespace assay
