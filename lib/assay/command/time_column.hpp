// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/table/table.hpp"

#include <optional>
#include <string>

namespace assay {

struct TimeColumn {
    std::size_t ordinal = 0;
    std::string why; ///< "its name says when the row was loaded, and it is of type timestamp"
};

/// The column that most likely says when a row arrived or changed: of a time type, or in a store
/// without enforced types of a name such as "created_at". Load times come before update times,
/// those before creation times, those before other times; names such as birth_date or expires_at
/// never count.
/// @return nullopt if no column looks like one.
std::optional<TimeColumn> guess_time_column(const TableSchema& table);

} // namespace assay
