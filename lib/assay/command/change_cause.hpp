// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/table/value.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace assay {

/// What would explain that a cell differs. In this order the first one that explains enough counts.
enum class CellCause : std::uint8_t {
    null_is_empty, ///< NULL on one side, the empty text on the other
    null_in_a,     ///< side B has a value
    null_in_b,     ///< side A has a value
    shifted,       ///< times are a whole number of quarters of an hour later in B
    time_cut_in_b, ///< times of B are cut to a unit: seconds, minutes, hours, days
    time_cut_in_a,
    times,        ///< numbers of B are so many times those of A
    divided,      ///< numbers of A are so many times those of B
    negated,      ///< the sign is the other one
    rounded_in_b, ///< numbers of B have fewer decimals, rounded or cut
    rounded_in_a,
    trimmed,       ///< only blanks at the ends
    normal_form,   ///< only the Unicode form
    letter_case,   ///< only upper and lower case
    accents,       ///< only marks on letters and case, as a collation may not tell apart
    text_cut_in_b, ///< texts of B are the beginning of those of A, all of one length
    text_cut_in_a
};
/// "shifted", "text_cut_in_b", ... as in the document
std::string_view to_string(CellCause cause) noexcept;

/// The likely cause of the changes of a column.
struct LikelyCause {
    CellCause cause = CellCause::null_in_a;
    std::int64_t parameter = 0; ///< microseconds, a factor, decimals or characters; else 0
    std::int64_t cells = 0;     ///< that it explains
    friend bool operator==(const LikelyCause&, const LikelyCause&) = default;
};
/// "B is 2 h later than A", "B is cut to 20 characters"
std::string words_of(const LikelyCause& cause);

/// The moment that a value tells, as a reading where it names no zone; nullopt if it tells none.
std::optional<Micros> moment_of(const Value& value);

/// Collects the changed cells of one column, and tells what most of them have in common.
class ColumnChanges {
public:
    /// Cells by the cause and its parameter that would explain them.
    using Found = std::map<std::pair<CellCause, std::int64_t>, std::int64_t>;

    ColumnChanges() = default;
    /// What another one had collected.
    ColumnChanges(std::int64_t cells, Found found) : m_cells(cells), m_found(std::move(found)) {}

    void add(const Value& a, const Value& b);
    std::int64_t cells() const noexcept { return m_cells; }
    const Found& found() const noexcept { return m_found; }
    friend bool operator==(const ColumnChanges&, const ColumnChanges&) = default;
    /// @return nullopt with less than three cells, or where no cause explains 95 % of them.
    std::optional<LikelyCause> likely_cause() const;

private:
    void note(CellCause cause, std::int64_t parameter = 0);
    void add_times(Micros a, Micros b);
    void add_numbers(double a, double b);
    void add_texts(const std::string& a, const std::string& b);

    std::int64_t m_cells = 0;
    Found m_found;
};

} // namespace assay
