// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/hash.hpp"
#include "assay/base/time.hpp"
#include "assay/table/row_batch.hpp"
#include "assay/table/value.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace assay {

/// A time as a value of a time type, also where the store holds a text or a number; nullopt for
/// what is no time.
std::optional<Value> time_value(const Column& column, std::size_t row);

/// What is compared of rows, by ordinals of a table or by where it stands in a batch.
struct ComparedColumns {
    std::vector<std::size_t> columns;
    std::optional<std::size_t> time; ///< of them, the one that says when a row is from
};

/// Compares the rows of a group column by column; NULL is a value.
class GroupComparison {
public:
    void add(const ComparedColumns& compared, const RowBatch& batch, std::size_t row);
    /// Take over rows whose same columns were compared.
    void merge(const GroupComparison& other);

    std::size_t rows() const noexcept { return m_rows; }
    /// Those that hold more than one value, by their numbers among the columns, sorted.
    const std::vector<std::size_t>& differing() const noexcept { return m_differing; }
    /// The first and the last time; nullopt where not all rows have one.
    std::optional<std::pair<Value, Value>> times() const;

private:
    using Time = std::pair<Micros, Value>;

    void note_difference(std::size_t column);
    void note_times(std::size_t rows, const Time& earliest, const Time& latest);

    std::size_t m_rows = 0;
    std::size_t m_dated_rows = 0;
    std::vector<Fingerprint> m_first; ///< cells of a row
    std::vector<std::size_t> m_differing;
    Time m_earliest; ///< only with dated rows
    Time m_latest;   ///< only with dated rows
};

} // namespace assay
