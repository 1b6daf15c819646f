// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/pairing.hpp"
#include "assay/scan/row_diff.hpp"
#include "assay/table/value.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace assay {

/// Do both sides keep text alike? Stores of different kinds may not: Postgres drops trailing blanks
/// wherever a value passes through char(n), and SQLite never does.
enum class TextRule : std::uint8_t { exact, padded };

/// How the numbers of a column tell times; nullopt: they do not, or nobody knows.
using NumberTimes = std::function<std::optional<TimeEncoding>(Side side, std::size_t ordinal)>;

/// What is known of both stores besides the types of their columns.
struct StoreRules {
    TextRule text = TextRule::exact;
    NumberTimes numbers{}; ///< asked where a column of times meets one that may hold numbers
};

/// Ordinals of a column on side A and on side B.
using ColumnMatch = std::pair<std::size_t, std::size_t>;

/// How a column is compared with the one of the other side.
ColumnPair bridge(const TablePair& tables, const ColumnMatch& match, const StoreRules& rules);
/// How a column is compared with itself, at another time.
Comparison comparison_with_itself(const ColumnSpec& column);

/// Does a column keep texts as they come: one of texts, or one of SQLite without a type?
bool keeps_texts(const ColumnSpec& column);

/// May values that differ in their own store count as equal?
bool is_lossy(const TablePair& tables, const ColumnPair& pair);
/// What the types of both are called.
std::pair<std::string, std::string> type_names(const TablePair& tables, const ColumnPair& pair);
/// "epoch seconds" of a side on which numbers tell times; else empty.
std::string_view number_words(Side side, const ColumnPair& pair);

/// A value as the time that a number tells on its side; where it tells none, as it is.
Value as_time(const std::optional<Comparison>& as, const Value& value);
/// A text as the decimal that it spells where such texts are compared as numbers; else as it is.
Value as_number(Comparison comparison, const Value& value);

/// Are a value of side A and one of side B the same to the comparison, or within the tolerance?
bool are_equal(const ColumnPair& pair, const Value& a, const Value& b);

/// Does side B hold the values of side A in another form, which no type tells?
bool is_restated(const ColumnPair& pair) noexcept;
/// What side B would hold for a value of side A, in the form in which Postgres hands out values of
/// its type; only where is_restated(). @return nullopt where it holds nothing that means the same
std::optional<Value> restated(const TablePair& tables, const ColumnPair& pair, const Value& value);

} // namespace assay
