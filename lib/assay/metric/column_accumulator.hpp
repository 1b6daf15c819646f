// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/profile.hpp"
#include "assay/metric/text_accumulator.hpp"
#include "assay/metric/top_values.hpp"
#include "assay/sketch/frequent_items.hpp"
#include "assay/sketch/hyperloglog.hpp"
#include "assay/table/row_batch.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace assay {

/// What is known of a column before its values come.
enum class Uniqueness : std::uint8_t {
    unknown,
    declared ///< the store lets no value but NULL occur twice: distinct values need no counting
};

/// How much one column may keep before its answers become estimates, and what it may rely on.
struct AccumulatorLimits {
    std::size_t exact_distinct = std::size_t{1} << 20;    ///< values per thread; 16 bytes each
    std::size_t exact_quantiles = std::size_t{1} << 20;   ///< values of all threads; 8 bytes each
    std::size_t top_slots = FrequentItems::default_slots; ///< for frequent values, per thread
    unsigned distinct_precision = HyperLogLog::default_precision;
    TextSizes texts = {};
    Uniqueness uniqueness = Uniqueness::unknown;

    /// What a column takes of every thread in any case, with a batch and texts of usual length.
    static constexpr std::size_t least_bytes = std::size_t{112} * 1024;

    /// Limits for `columns` columns that are read by `threads` and keep together to `bytes`, or to
    /// `least_bytes` of each column and thread if that is more.
    static AccumulatorLimits for_memory(std::size_t bytes, std::size_t columns,
                                        unsigned threads) noexcept;
    /// How many threads may read so many columns; at least one.
    static unsigned threads_for(std::size_t bytes, std::size_t columns) noexcept;
    /// Of a column and thread at their largest, with texts of usual length.
    std::size_t sketch_bytes() const noexcept {
        return std::size_t{48} * 1024 + 52 * top_slots; // as measured
    }

private:
    void shrink_sketches(std::size_t room) noexcept;
};

/// What a history keeps of a column, to be merged and compared later.
struct SketchState {
    std::string name;  ///< "distinct" (a HyperLogLog), "quantiles" (a Quantiles), "top_values"
    std::string state; ///< as its write() gave it
};

/// All metrics of one column, computed in one pass.
///
/// Life cycle: construct, fork() for each other thread, update() once per batch, merge() what the
/// other threads saw, result(). Exact results do not depend on who saw which rows, and neither does
/// whether quantiles are exact; estimates may differ within their bounds.
class ColumnAccumulator {
public:
    ColumnAccumulator(const ColumnSpec& spec, std::size_t ordinal, const AccumulatorLimits& limits);
    ~ColumnAccumulator();
    ColumnAccumulator(ColumnAccumulator&&) noexcept;
    ColumnAccumulator& operator=(ColumnAccumulator&&) noexcept;

    /// An empty one for the same column, to be updated by another thread and merged.
    ColumnAccumulator fork() const;
    /// The rows that come now are of this part of the table (see store/store.hpp); 0 at first.
    void begin_part(std::size_t part);
    void update(const Column& column);
    /// Add what another accumulator of the same column saw.
    void merge(const ColumnAccumulator& other);
    ColumnProfile result() const;
    /// The states of its sketches: of distinct values unless the column is unique by declaration,
    /// of quantiles if there are numbers or times, of top values if its type is categorical and all
    /// values are of that type. Quantiles and top values hold values of the data.
    std::vector<SketchState> sketches() const;
    /// Its frequent values; none if the column is unique by declaration.
    const TopValues& top_values() const noexcept;

private:
    struct State;
    explicit ColumnAccumulator(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace assay
