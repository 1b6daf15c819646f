// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/check.hpp"
#include "assay/command/common.hpp"
#include "assay/metric/top_values.hpp"
#include "assay/store/row_place.hpp"
#include "assay/table/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// What a report may say of a value under a policy. safe: numbers and times as they are, a text
/// that at least five rows hold as it is, any other one as its mask ("A{1}a{4}"), binary data as
/// its length. none: "(hidden)". all: the value. NULL is null in all of them.
/// @param rows rows known to hold the value; 0 if that is not known.
Fact shown(const Value& value, ValuesPolicy policy, std::int64_t rows);

/// The same of a value of a column. safe: where the name of the column looks sensitive, also
/// numbers, times, and texts that many rows hold are masked.
Fact shown_of(std::string_view column, const Value& value, ValuesPolicy policy, std::int64_t rows);

/// Which rows of a group are told of.
enum class RowsOf : std::uint8_t {
    own,    ///< under "places"
    against ///< of the other table, under "places_against"
};

/// Add where rows of a group stand, "17" or "(0,1)"; of a table with children also, one for each,
/// which of them holds it, under "place_tables" or "place_tables_against"; of a table without a
/// rowid the primary keys that lead there, {column: value}, as the policy lets them be shown.
/// Nothing where nobody knows, and under the policy none: a rowid may be the key of the user.
/// @param group with its "key", of which a primary key may share columns
void add_places(Facts& group, RowsOf whose, const PlaceNames& names,
                const std::vector<RowLocator>& rows, ValuesPolicy policy);

/// Where groups are shown and nothing leads to their rows, although the policy would let that be
/// told, say why: "none: the rows of a view stand nowhere", under "unplaced".
void note_unplaced(CheckResult& result, const TableSchema& table, ValuesPolicy policy);

/// What is shown of a text, a truth value or a whole number in a sentence: "'a text'", cut to 40
/// columns, "true", "-5".
std::string in_words(const Fact& shown);

} // namespace assay
