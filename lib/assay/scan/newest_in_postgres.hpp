// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/newest_rows.hpp"

namespace assay {

/// Is the limit a date that every store writes alike, of the years 1 to 9999?
bool is_common_date(const TimeLimit& limit) noexcept;

/// One row: the newest value up to the limit, and the number of those beyond it, of both
/// infinities and of NULLs.
Query newest_postgres_query(const TimeSource& source);

MeasuredTimes find_newest_in_postgres(Session& session, const TimeSource& source,
                                      const Index& index);

} // namespace assay
