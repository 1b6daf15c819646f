// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/common_values.hpp"
#include "assay/command/key_causes.hpp"
#include "assay/command/row_comparison.hpp"
#include "assay/command/seen_differences.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace assay {

/// Rows of each sort whose values are looked at to tell where and why rows differ.
inline constexpr std::size_t rows_to_explain = 10'000;

/// Collects rows that differ, and tells where they are and what they have in common.
class DifferenceStory {
public:
    /// @param time name on side A of the column that says when a row is from; nullopt: guessed
    /// @param seen of rows that were looked at before; takes what is added
    DifferenceStory(const RowComparison& plan, const std::optional<std::string>& time,
                    SeenDifferences& seen);

    void add(const RowChange& row);

    /// "why" (by column) and "where" (by sort of row), each only where there is something to tell.
    /// Counts the rows of a side between two keys where the index of the key makes that cheap, and
    /// reads columns of which the rows share a value until another value comes. Looks up keys, see
    /// KeyCauses.
    Facts evidence(Session& a, Session& b, ValuesPolicy values) const;

private:
    std::optional<Value> time_of(const RowChange& row) const;
    Fact::List why() const;
    Fact::List where(Session& a, Session& b, ValuesPolicy values) const;
    std::optional<Facts> key_window(ChangeKind kind, const SeenPlace& place, Session& a,
                                    Session& b) const;
    std::optional<Facts> common_values(ChangeKind kind, const std::vector<CommonValue>& common,
                                       ValuesPolicy values) const;
    std::optional<Facts> time_window(ChangeKind kind, const SeenPlace& place,
                                     ValuesPolicy values) const;

    const RowComparison& m_plan;
    SeenDifferences& m_seen;
    std::optional<std::size_t> m_time_key;   ///< in the key
    std::optional<std::size_t> m_time_other; ///< beside it
    std::string m_time_name;
    bool m_has_integer_key = false;
    CommonValues m_common; ///< of this run only
    KeyCauses m_keys;      ///< of this run only
};

} // namespace assay
