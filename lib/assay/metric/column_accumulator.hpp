// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/profile.hpp"
#include "assay/table/row_batch.hpp"

#include <cstdint>
#include <memory>

namespace assay {

/// How much one column may keep before its answers become estimates.
struct AccumulatorLimits {
    std::size_t exact_distinct = std::size_t{1} << 20;  ///< values; 16 bytes each
    std::size_t exact_quantiles = std::size_t{1} << 20; ///< values; 8 bytes each

    /// Limits for `columns` columns that together keep to `bytes` of memory.
    static AccumulatorLimits for_memory(std::size_t bytes, std::size_t columns) noexcept;
};

/// All metrics of one column, computed in one pass.
///
/// Life cycle: construct, update() once per batch, merge() the states of other threads, result().
class ColumnAccumulator {
public:
    ColumnAccumulator(const ColumnSpec& spec, std::size_t ordinal, const AccumulatorLimits& limits);
    ~ColumnAccumulator();
    ColumnAccumulator(ColumnAccumulator&&) noexcept;
    ColumnAccumulator& operator=(ColumnAccumulator&&) noexcept;

    void update(const Column& column);
    /// Add what another accumulator of the same column saw.
    void merge(const ColumnAccumulator& other);
    ColumnProfile result() const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace assay
