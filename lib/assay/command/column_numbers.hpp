// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/common.hpp"
#include "assay/report/document.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// One number of a column, as the history keeps it.
struct ColumnNumber {
    std::string name; ///< "mean"
    double value = 0;
    Method method = Method::exact;
};

/// The numbers of a column that are not counts of its rows, as far as the record shows them: what
/// --values hides is not there. Smallest, largest and quantiles only where they are numbers.
std::vector<ColumnNumber> numbers_of(const TableRecord& table, const ColumnRecord& column);

/// Every name of one, in the order of the manual.
std::span<const std::string_view> column_number_names() noexcept;
/// "the mean" for "mean".
std::string column_number_words(std::string_view name);
/// Why a column has no number of that name; see numbers_of().
std::string reason_for_no_number(std::string_view name, const ColumnRecord& column,
                                 ValuesPolicy values);

} // namespace assay
