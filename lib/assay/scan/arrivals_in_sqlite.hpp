// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/store/sql.hpp"
#include "assay/table/row_batch.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace assay {

/// First time, last time and number of rows of each minute of a time column, read from an index, in
/// every encoding that the column may hold; and the last time before `from`. A little more than the
/// window comes back: who reads the times cuts it.
Query sqlite_arrivals_query(const TableSchema& table, std::size_t column, const Index& index,
                            Micros from, Micros until);

/// The times on both sides of each moment, in every encoding that the column may hold, looked up
/// in an index; in rows of one time or NULL. Among texts the last one up to a moment is only found
/// if all are written in one way: see OneForm.
Query sqlite_probe_query(const TableSchema& table, std::size_t column, const Index& index,
                         const std::vector<Micros>& moments);

/// Are the times of a column written in one way, so that they are ordered as their texts are?
class OneForm {
public:
    void add(const Column& column);
    /// Of what was added so far. Not if there is anything else than times among it, or a text with
    /// an offset from UTC.
    bool holds() const noexcept { return m_holds; }

private:
    /// The encoding; of a text its size, what stands after its day and whether it has a zone.
    using Form = std::tuple<int, std::size_t, char, bool>;

    bool m_holds = true;
    std::optional<Form> m_form;
};

} // namespace assay
