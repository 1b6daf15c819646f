// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/common.hpp"
#include "assay/metric/profile.hpp"

#include <string>

namespace assay {

/// What the catalog says of a table, for the document: no profile, rows as an estimate.
TableRecord catalog_record(const std::string& source, const TableSchema& table);

/// The same with everything that was measured, as far as the policy lets values be shown.
TableRecord profile_record(const std::string& source, const TableProfile& profile,
                           ValuesPolicy values);

} // namespace assay
