// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace assay {

class StateReader;
class StateWriter;

/// Values of one bucket of a LogHistogram: those in (lower, upper] where positive, [lower, upper)
/// where negative, and 0 by itself.
struct LogBucket {
    double lower = 0;
    double upper = 0;
    std::int64_t count = 0;
};

/// Numbers counted by their order of magnitude: bucket k holds the values in (b^(k-1), b^k], with
/// the base b = 2^(2^-scale); negative ones are mirrored, 0 has its own bucket. So any quantile is
/// within a relative error that is known: Masson et al., "DDSketch: a fast and fully-mergeable
/// quantile sketch with relative-error guarantees" (VLDB 2019). The scale begins fine and goes down
/// by one, which joins buckets in pairs, whenever there are too many of them.
///
/// Counts of buckets add up and can be taken off again: histograms of parts merge exactly, and
/// yesterday's running total can be subtracted from today's. The order of the input and the way it
/// was split make no difference, on any machine. Of little use for values with an offset, such as
/// times and ids: they all fall into a few buckets.
class LogHistogram {
public:
    /// In use, both signs and 0 together. The state takes about 3 bytes for each.
    static constexpr std::size_t max_buckets = 2048;
    /// Relative error 0.034 %. Positive values over nine decimal orders of magnitude get at least
    /// scale 6, with 0.54 %.
    static constexpr int finest_scale = 10;
    /// Where all the doubles fit, with relative error 88 %.
    static constexpr int coarsest_scale = -2;

    LogHistogram();

    /// Count a finite value.
    /// @param times 1 or more
    /// @throws Error of kind internal for NaN and infinities, which the caller counts.
    void add(double value, std::int64_t times = 1);
    /// Add what another one saw, at the coarser of the two scales or one coarser still.
    void merge(const LogHistogram& other);
    /// Take off what an older state of the same running total saw, at the coarser of the two
    /// scales.
    /// @return false, and nothing changes, if it saw values that this one did not.
    [[nodiscard]] bool subtract(const LogHistogram& older);
    /// The state that the same input had given with `scale` as the finest one; nothing changes if
    /// it is as coarse already.
    void coarsen(int scale);

    /// Values seen.
    std::int64_t count() const noexcept { return m_count; }
    int scale() const noexcept { return m_scale; }
    /// (b-1)/(b+1): how far a quantile may be off as a share of its value. Does not hold for
    /// subnormal numbers (below 2.2e-308), whose own spacing is wider.
    double relative_error() const noexcept;
    /// The value at a rank (0..1), nearest rank, within relative_error(); nothing without values.
    std::optional<double> quantile(double rank) const;
    /// What was counted, ascending; without empty buckets.
    std::vector<LogBucket> buckets() const;

    void write(StateWriter& writer) const;
    /// @throws Error of kind usage if this is not such a state.
    static LogHistogram read(StateReader& reader);

private:
    /// Positions in the order of the values: 0 is zero, -n mirrors n, and n is the key of the
    /// bucket plus 2^11 times the buckets in an octave, so that it is positive and halves like the
    /// key.
    using Position = std::int32_t;
    struct Slot {
        Position position = 0;
        std::int64_t count = 0; ///< 0: the slot is free
    };

    Slot& find(Position position) noexcept;
    void count_at(Position position, std::int64_t times);
    void limit_buckets();
    /// Begin anew at `new_scale` with these, which are at `scale`.
    void assign(const std::vector<Slot>& slots, int scale, int new_scale);
    std::vector<Slot> sorted() const;

    int m_scale = finest_scale;
    std::int64_t m_count = 0;
    std::size_t m_used = 0;
    std::vector<Slot> m_slots; ///< open addressing, a power of two, at most 3/4 in use
};

} // namespace assay
