// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/row_comparison.hpp"
#include "assay/scan/row_groups.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// A value of a column, and how many rows have it.
struct CommonValue {
    std::string column; ///< on side A
    Value value;
    std::int64_t rows_a = 0;
    std::int64_t rows_b = 0;
};

/// Finds the value of a column that rows of one sort share and others do not have: the tenant whose
/// rows are missing.
class CommonValues {
public:
    explicit CommonValues(const RowComparison& plan);

    void add(const RowChange& row);
    /// Rows of a sort that were added.
    std::int64_t rows(ChangeKind kind) const noexcept {
        return m_shared[static_cast<std::size_t>(kind)].rows;
    }

    /// The value that all rows of a sort have, of the column where fewest rows have it. Scans up to
    /// three columns that the rows share a value of, on both sides.
    /// @return nullopt where less than ten rows differ, where they share no value, and where all
    /// rows of a side share it.
    std::optional<CommonValue> find(ChangeKind kind, Session& a, Session& b) const;

private:
    /// A column whose values may say whose a row is.
    struct Candidate {
        ColumnPair column;
        std::size_t position = 0; ///< in the key, or beside it
        bool is_key = false;
    };
    /// What the rows of one sort share, by candidate; nullopt: nothing.
    struct Shared {
        std::int64_t rows = 0;
        std::vector<std::optional<Value>> values;
    };
    void add_candidates(const std::vector<ColumnPair>& columns, bool is_key);
    const Value* value_of(const Candidate& candidate, const RowChange& row) const;
    std::optional<CommonValue> count(const Candidate& candidate, const Value& value, Session& a,
                                     Session& b) const;

    const RowComparison& m_plan;
    std::vector<Candidate> m_candidates;
    std::array<Shared, 3> m_shared; ///< by ChangeKind
};

} // namespace assay
