// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/categories.hpp"
#include "assay/command/common.hpp"
#include "assay/scan/profiler.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace assay {

/// Are the values of two columns of these types told apart in the same way: texts with texts (or
/// what is known by its text form only), and truth values with truth values?
bool has_categories(ColumnType a, ColumnType b) noexcept;

/// Why the values of a column of such a type cannot be compared: "lets no value be there twice";
/// empty: they can.
std::string reason_against_categories(const MeasuredTable& measured, std::size_t ordinal);

/// The frequent values of a column; none unless they were asked for.
const TopValues& top_values_of(const MeasuredTable& measured, std::size_t ordinal);

/// The frequent values of a column from the saved state of them.
/// @throws Error of kind usage if it is no such state.
TopValues read_top_values(const std::string& state);

/// What is compared, and what the two are called.
struct CategoryPair {
    TableRef table;
    const ColumnSpec& column;
    const TopValues& a;
    const TopValues& b;
    std::string_view name_a = "in A";
    std::string_view name_b = "in B";
};

/// Judge the shares of the values of a column by those of side A.
/// @param more further evidence
CheckResult judge_categories(const CategoryPair& pair, ValuesPolicy values, Facts more);

} // namespace assay
