// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/time_accumulator.hpp"
#include "assay/store/store.hpp"

#include <cstddef>
#include <optional>

namespace assay {

/// How the numbers of a column tell times, judged by its first 10,000 rows as the store hands them
/// out: an estimate. @return nullopt unless most of what is not NULL are numbers, of a size that
/// tells, see encoding_of_numbers()
std::optional<TimeEncoding> encoding_of_column(Session& session, const TableSchema& table,
                                               std::size_t ordinal);
/// The statement that it sends.
Query encoding_query(StoreKind kind, const TableSchema& table, std::size_t ordinal);

} // namespace assay
