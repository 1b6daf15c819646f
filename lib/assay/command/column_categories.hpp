// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/categories.hpp"
#include "assay/command/common.hpp"
#include "assay/scan/profiler.hpp"

#include <cstddef>
#include <string>

namespace assay {

/// Are the values of two columns of these types told apart in the same way: texts with texts (or
/// what is known by its text form only), and truth values with truth values?
bool has_categories(ColumnType a, ColumnType b) noexcept;

/// A column of one side.
struct CategorySide {
    const MeasuredTable& measured; ///< with top values
    std::size_t ordinal = 0;
};

/// Why the values of a column of such a type cannot be compared: "lets no value be there twice";
/// empty: they can.
std::string reason_against_categories(const CategorySide& side);

/// Judge the shares of the values of a column by those of side A.
CheckResult judge_categories(const CategorySide& a, const CategorySide& b, ValuesPolicy values);

} // namespace assay
