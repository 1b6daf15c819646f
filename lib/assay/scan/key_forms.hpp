// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/comparable.hpp"
#include "assay/table/table.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// Tells of the cells of a column with unique values which of them may compare as equal with
/// another one, because a store that takes any value tells apart what is compared as one: a moment
/// in two forms, a number and its text. What comes first decides which form is the usual one: of
/// two cells that compare as equal at least one is odd.
class KeyForms {
public:
    KeyForms(const ColumnSpec& column, Comparison comparison);

    /// Asked once for each cell, in the order of the rows. NULL is odd: it may be there many times.
    bool is_odd(const Column& column, std::size_t row);

private:
    enum class Rule : std::uint8_t {
        none,   ///< the store sees to it
        number, ///< integers and reals are apart, but for those beyond 2^53
        time,
        text,
        bytes,
        integer,
        uuid ///< blobs are apart, and texts as format_uuid() gives them
    };
    static Rule rule_of(const ColumnSpec& column, Comparison comparison) noexcept;
    bool is_odd_number(const Column& column, std::size_t row);
    bool is_odd_time(const Column& column, std::size_t row);
    bool is_odd_uuid(const Column& column, std::size_t row);

    Rule m_rule;
    std::optional<CellKind> m_large; ///< the kind of numbers beyond 2^53
    std::optional<CellKind> m_times; ///< the kind of times
    std::optional<CellKind> m_uuids; ///< the kind of uuids
    std::string m_form;              ///< of times as texts; empty: none that keeps moments apart
};

/// The form of a text that holds a time: digits are 9, and the zone stands as it is. Two texts of
/// one form are of two moments. @return nullopt where that is not so, or the text is no time.
std::optional<std::string> time_form(std::string_view text);

} // namespace assay
