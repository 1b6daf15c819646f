// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/change_cause.hpp"
#include "assay/command/common_values.hpp"
#include "assay/command/row_comparison.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// Rows of each sort whose values are looked at to tell where and why rows differ.
inline constexpr std::size_t rows_to_explain = 10'000;

/// Collects rows that differ, and tells where they are and what they have in common.
class DifferenceStory {
public:
    /// @param time name on side A of the column that says when a row is from; nullopt: guessed
    DifferenceStory(const RowComparison& plan, const std::optional<std::string>& time);

    void add(const RowChange& row);

    /// "why" (by column) and "where" (by sort of row), each only where there is something to tell.
    /// Counts the rows of a side between two keys where the index of the key makes that cheap, and
    /// scans columns of which the rows share a value.
    Facts evidence(Session& a, Session& b, ValuesPolicy values) const;

private:
    /// Where the rows of one sort are, by one column.
    struct Span {
        std::int64_t rows = 0;
        std::optional<Value> first;
        std::optional<Value> last;

        void add(const Value& value);
    };
    struct Place {
        std::int64_t rows = 0;
        Span key;                                  ///< of a key of one integer
        Span time;                                 ///< of the column of times
        std::map<std::int64_t, std::int64_t> days; ///< rows by day, as far as they are few
    };

    const Value* time_of(const RowChange& row) const;
    Fact::List why() const;
    Fact::List where(Session& a, Session& b, ValuesPolicy values) const;
    std::optional<Facts> key_window(ChangeKind kind, const Place& place, Session& a,
                                    Session& b) const;
    std::optional<Facts> common_value(ChangeKind kind, Session& a, Session& b,
                                      ValuesPolicy values) const;
    std::optional<Facts> time_window(ChangeKind kind, const Place& place,
                                     ValuesPolicy values) const;

    const RowComparison& m_plan;
    std::optional<std::size_t> m_time_key;   ///< in the key
    std::optional<std::size_t> m_time_other; ///< beside it
    std::string m_time_name;
    bool m_has_integer_key = false;
    std::vector<ColumnChanges> m_columns; ///< beside the key
    std::array<Place, 3> m_places;        ///< by ChangeKind
    CommonValues m_common;
};

} // namespace assay
