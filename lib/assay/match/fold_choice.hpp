// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/match/fold.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Some values of a column.
struct ColumnSample {
    std::vector<std::string> texts; ///< their beginnings will do; blank ones say nothing
    std::size_t others = 0;         ///< numbers, times and binary data beside them
};

/// What does not count in a column, and why.
struct FoldChoice {
    std::vector<Fold> folds; ///< empty: all counts
    std::string why;         ///< "4 of 5 sampled values are addresses"
};

/// Choose from the name of a column and some of its values. Addresses: case, trim and email. Phone
/// numbers: phone. Codes, which have digits and no blanks or are named so: trim. Numbers and times:
/// nothing. Other texts, such as names and cities: case, trim, space and accents. Values count for
/// more than the name, which decides where there are none and says which numbers are of phones.
FoldChoice choose_folds(std::string_view name, const ColumnSample& sample);

} // namespace assay
