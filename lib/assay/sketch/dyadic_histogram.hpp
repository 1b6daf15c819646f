// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace assay {

class StateReader;
class StateWriter;

/// Values of one bin, those in [lower, upper). Edges are rounded to the nearest double where they
/// are integers beyond 2^53, and cut off at the largest double.
struct HistogramBin {
    double lower = 0;
    double upper = 0;
    std::int64_t count = 0;
};

/// Numbers counted in at most 512 bins of one width, a power of two: bin i holds the values in
/// [i*2^e, (i+1)*2^e). The exponent e is the lowest where all values fit, so that it follows from
/// the smallest and the largest one: the order of the input and the way it was split make no
/// difference, and histograms of parts merge exactly at the higher exponent.
///
/// For integers e is at least 0. A real number x of magnitude 2^(k-1) <= |x| < 2^k demands e >=
/// k-53, one bin for every double of that magnitude, which only a lone value gets.
class DyadicHistogram {
public:
    static constexpr std::size_t max_bins = 512;

    /// Count a finite value.
    /// @throws Error of kind internal for NaN and infinities, which the caller counts.
    void add(double value);
    /// Count an integer; exact over all 64 bits.
    void add(std::int64_t value);
    /// Add what another one saw.
    void merge(const DyadicHistogram& other);

    /// Values seen.
    std::int64_t count() const noexcept;
    /// e: bins are 2^e wide. Means nothing without values.
    int exponent() const noexcept { return m_exponent; }
    /// What was counted, ascending, from the first bin in use to the last one.
    std::vector<HistogramBin> bins() const;
    /// The same in at most `most` bins for people (20 is good, 2 the least: no bin crosses 0). They
    /// are {1,2,5}*10^n wide and begin at a multiple of that if such bins can be put together from
    /// ours without splitting one, and if they are at least half of `most` or no fewer than the
    /// alternative: bins that are the next power of two wide. For counts and other small integers
    /// the first is the rule, for fractions the exception: 0.1 is no multiple of any power of two.
    std::vector<HistogramBin> display_bins(std::size_t most) const;

    void write(StateWriter& writer) const;
    /// @throws Error of kind usage if this is not such a state.
    static DyadicHistogram read(StateReader& reader);

private:
    static constexpr int lowest_exponent = -1074;
    /// Where -1.8e308 to 1.8e308 fit.
    static constexpr int highest_exponent = 1016;

    std::int64_t last() const noexcept;
    void coarsen(int exponent);
    /// Count in a bin there is. @return false if there is none.
    bool count_in_place(std::int64_t index) noexcept;
    void count_at(std::int64_t index, int exponent);
    void make_room(std::int64_t first, std::int64_t last, int exponent);
    std::vector<HistogramBin> grouped(std::int64_t width) const;
    std::size_t groups(std::int64_t width) const noexcept;

    int m_exponent = lowest_exponent;
    std::int64_t m_first = 0;           ///< i of the first bin
    std::vector<std::int64_t> m_counts; ///< the first and the last one are not 0
};

} // namespace assay
