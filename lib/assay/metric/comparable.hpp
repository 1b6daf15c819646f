// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/base/uuid.hpp"
#include "assay/metric/time_accumulator.hpp"
#include "assay/table/row_batch.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// As what two columns of different stores are compared.
enum class Comparison : std::uint8_t {
    number, ///< by value: 1, 1.0, 1.00 and true are equal; doubles by their shortest decimal text
    spelled_number, ///< as number, where a text that spells one is one too, see is_spelled_number()
    time,           ///< by moment: a time without zone is taken as UTC, a date as its midnight
    text,           ///< by the bytes of the text form; a number and its text are equal
    padded_text,    ///< as text, but trailing blanks do not count, as where SQL pads texts
    bytes,          ///< by bytes
    uuid,           ///< by its 16 bytes: a blob of them, or a text, see parse_uuid()
    json,           ///< by canonical_json(); what is none, as text
    // As time, where numbers tell times as well: see TimeEncoding.
    epoch_seconds,
    epoch_millis,
    epoch_micros,
    epoch_nanos,
    julian_day
};
/// "number" (also where texts spell them), "time", "text", "text without trailing blanks", "bytes",
/// "uuid", "json"; "time" also where numbers tell them.
std::string_view to_string(Comparison comparison) noexcept;

/// As time, with numbers that tell times so.
/// @param encoding epoch_seconds to julian_day
Comparison time_comparison(TimeEncoding encoding) noexcept;
/// How numbers tell times; nullopt where they do not.
std::optional<TimeEncoding> encoding_of(Comparison comparison) noexcept;

/// How to compare a column of one type with a column of the other.
Comparison comparison_for(ColumnType left, ColumnType right) noexcept;

/// Could two values that differ in their own store compare as equal?
bool is_lossy(ColumnType left, ColumnType right) noexcept;

/// Append the bytes by which a cell is compared: equal values of either store give equal bytes,
/// different ones different bytes, and none is the prefix of another. NULL is a tag of its own, so
/// it differs from every text. A value that is not of the kind (text in a number column) is kept as
/// text or bytes under a tag of its own.
void append_comparable(Comparison comparison, const Column& column, std::size_t row,
                       std::string& out);

/// How far apart two cells may be and still count as the same.
struct CellTolerance {
    std::string number; ///< as a decimal number, not negative; empty: there is only `time`
    Micros time = 0;    ///< between two moments
    friend bool operator==(const CellTolerance&, const CellTolerance&) = default;
};

/// Are two cells, as append_comparable() gives them, within the tolerance? Numbers by their exact
/// difference; NULL, text, NaN and infinities are near nothing.
bool is_within(const CellTolerance& tolerance, std::string_view a, std::string_view b);

/// The moment by which a cell is compared with times: microseconds since 1970, infinities and what
/// is no time are none.
std::optional<Micros> comparable_instant(Comparison comparison, const Column& column,
                                         std::size_t row);
/// The uuid that a cell is: a blob of its bytes, or a text of it.
std::optional<UuidBytes> comparable_uuid(const Column& column, std::size_t row);
/// The text by which a cell is compared as uuid or as JSON, where it is another one than that of
/// the cell; nullopt for what is none, and for all other comparisons.
std::optional<std::string> comparable_spelling(Comparison comparison, const Column& column,
                                               std::size_t row);
/// Is the text of a decimal cell compared as a number?
bool is_comparable_number(std::string_view text) noexcept;
/// Does a text spell a number as a column of numbers would, up to zeros behind the point? Not with
/// zeros in front, a plus, an exponent or a point at the end: '007' is a code.
bool is_spelled_number(std::string_view text) noexcept;
std::string_view without_trailing_blanks(std::string_view text) noexcept;

} // namespace assay
