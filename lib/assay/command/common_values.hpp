// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/row_comparison.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// A value that all rows of one sort have.
struct CommonValue {
    std::string column; ///< on side A
    Value value;
};

/// Finds the values that rows of one sort share and others do not have: the tenant whose rows are
/// missing.
class CommonValues {
public:
    explicit CommonValues(const RowComparison& plan);

    void add(const RowChange& row);
    /// Rows of a sort that were added.
    std::int64_t rows(ChangeKind kind) const noexcept {
        return m_shared.at(static_cast<std::size_t>(kind)).rows;
    }

    /// What ten rows of a sort or more share, by ChangeKind, from up to five columns in all. A
    /// column of which all rows of a side have that value says nothing: each is read until another
    /// value comes, on side B for rows that only B has.
    std::array<std::vector<CommonValue>, 3> find(Session& a, Session& b) const;

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
    bool varies(const Candidate& candidate, ChangeKind kind, Session& a, Session& b) const;

    const RowComparison& m_plan;
    std::vector<Candidate> m_candidates;
    std::array<Shared, 3> m_shared; ///< by ChangeKind
};

} // namespace assay
