// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/common.hpp"

#include <optional>
#include <string>

namespace assay {

struct FreshnessOptions {
    CommonOptions common;
    std::string database;
    std::optional<std::string> column; ///< nullopt: guess one per table, and say so
    std::optional<Micros> max_age;     ///< older is critical
    std::optional<Micros> warn_age;    ///< older is a warning
};

/// Is each selected table as recent as it should be? Errors end up in the document.
Document freshness(const FreshnessOptions& options, const Context& context);

} // namespace assay
