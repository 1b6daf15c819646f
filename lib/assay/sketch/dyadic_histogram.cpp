// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/dyadic_histogram.hpp"

#include "assay/base/error.hpp"
#include "assay/sketch/state_io.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace assay {

namespace {

constexpr StateTag tag("DYAH");
constexpr std::uint8_t version = 1;
constexpr auto limit = static_cast<std::int64_t>(DyadicHistogram::max_bins);

/// floor(index / 2^steps): the bin that a bin becomes part of.
std::int64_t coarser(std::int64_t index, int steps) { return index >> std::min(steps, 63); }

/// floor(index / width), width > 0.
std::int64_t group_of(std::int64_t index, std::int64_t width) {
    return index / width - (index % width < 0 ? 1 : 0);
}

/// The distance of two bins; up to 2^64 - 1, where an int64 would overflow.
std::uint64_t distance(std::int64_t first, std::int64_t last) {
    return static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
}

/// floor(value / 2^exponent).
std::int64_t index_of(double value, int exponent) {
    const double scaled = std::ldexp(value, -exponent);
    // A negative number that is too small for the division is in the bin below zero.
    return scaled == 0 && value < 0 ? -1 : static_cast<std::int64_t>(std::floor(scaled));
}

/// The lower edge of a group of bins.
double edge(std::int64_t group, std::int64_t width, int exponent) {
    constexpr double largest = std::numeric_limits<double>::max();
    const double index = static_cast<double>(group) * static_cast<double>(width);
    return std::clamp(std::ldexp(index, exponent), -largest, largest);
}

/// Whether values of ours can be in all of these bins: integers of 64 bits from exponent 0 on, else
/// only doubles, of which none needs more than 53 bits or reaches 2^1024.
bool is_place(std::int64_t first, std::size_t size, int exponent) {
    if (size == 0) {
        return first == 0;
    }
    const auto more = static_cast<std::int64_t>(size) - 1;
    if (first > std::numeric_limits<std::int64_t>::max() - more) {
        return false;
    }
    const int bits = exponent < 0 ? std::numeric_limits<double>::digits
                                  : std::numeric_limits<double>::max_exponent - exponent;
    return -1 <= coarser(first, bits) && coarser(first + more, bits) <= 0;
}

/// The widths {1,2,5}*10^n that are whole bins of 2^exponent and at most `limit` of them, as
/// numbers of bins. Each is 2^p * 5^q with p = q-1 (5, 50, ...), q (1, 10, ...) or q+1 (2, 20,
/// ...).
std::vector<std::int64_t> nice_widths(int exponent) {
    std::vector<std::int64_t> widths;
    std::int64_t fives = 1;
    for (int q = 0; fives <= limit; ++q, fives *= 5) {
        for (int p = q - 1; p <= q + 1; ++p) {
            const int doublings = p - exponent;
            if (0 <= doublings && doublings < 10 && fives <= limit >> doublings) {
                widths.push_back(fives << doublings);
            }
        }
    }
    std::sort(widths.begin(), widths.end());
    return widths;
}

} // namespace

void DyadicHistogram::add(double value) {
    const double scaled = std::ldexp(value, -m_exponent);
    // What vanishes in the division is for index_of, what has too many digits changes the exponent.
    const bool is_plain = std::abs(scaled) < 0x1p53 && (scaled != 0 || value == 0);
    if (is_plain && count_in_place(static_cast<std::int64_t>(std::floor(scaled)))) {
        return;
    }
    if (!std::isfinite(value)) {
        throw Error(ErrorKind::internal, "a histogram takes finite values only");
    }
    int magnitude = lowest_exponent;
    if (value != 0) {
        std::frexp(value, &magnitude); // 2^(magnitude-1) <= |value| < 2^magnitude
    }
    const int finest = std::max(magnitude - std::numeric_limits<double>::digits, lowest_exponent);
    const int exponent = std::max(m_exponent, finest);
    count_at(index_of(value, exponent), exponent);
}

void DyadicHistogram::add(std::int64_t value) {
    if (m_exponent >= 0 && count_in_place(coarser(value, m_exponent))) {
        return;
    }
    const int exponent = std::max(m_exponent, 0);
    count_at(coarser(value, exponent), exponent);
}

bool DyadicHistogram::count_in_place(std::int64_t index) noexcept {
    const std::uint64_t place = distance(m_first, index);
    if (place >= m_counts.size()) {
        return false;
    }
    ++m_counts[place];
    return true;
}

void DyadicHistogram::count_at(std::int64_t index, int exponent) {
    make_room(index, index, exponent);
    ++m_counts[distance(m_first, coarser(index, m_exponent - exponent))];
}

void DyadicHistogram::merge(const DyadicHistogram& other) {
    if (other.m_counts.empty()) {
        return;
    }
    const DyadicHistogram added = other; // which may be this one
    const int exponent = std::max(m_exponent, added.m_exponent);
    make_room(coarser(added.m_first, exponent - added.m_exponent),
              coarser(added.last(), exponent - added.m_exponent), exponent);
    const int steps = m_exponent - added.m_exponent;
    for (std::size_t i = 0; i < added.m_counts.size(); ++i) {
        const std::int64_t index = added.m_first + static_cast<std::int64_t>(i);
        m_counts[distance(m_first, coarser(index, steps))] += added.m_counts[i];
    }
}

std::int64_t DyadicHistogram::count() const noexcept {
    return std::accumulate(m_counts.begin(), m_counts.end(), std::int64_t{0});
}

std::vector<HistogramBin> DyadicHistogram::bins() const { return grouped(1); }

std::vector<HistogramBin> DyadicHistogram::display_bins(std::size_t most) const {
    const std::size_t allowed = std::max<std::size_t>(most, 2);
    std::int64_t dyadic = 1;
    while (groups(dyadic) > allowed && dyadic < limit) {
        dyadic *= 2;
    }
    for (const std::int64_t nice : nice_widths(m_exponent)) {
        const std::size_t wanted = std::min((allowed + 1) / 2, groups(dyadic));
        if (groups(nice) <= allowed && groups(nice) >= wanted) {
            return grouped(nice);
        }
    }
    return grouped(dyadic);
}

std::vector<HistogramBin> DyadicHistogram::grouped(std::int64_t width) const {
    std::vector<HistogramBin> grouped;
    if (m_counts.empty()) {
        return grouped;
    }
    const std::int64_t first = group_of(m_first, width);
    for (std::size_t i = 0; i < groups(width); ++i) {
        const std::int64_t group = first + static_cast<std::int64_t>(i);
        // As a double 2^63 - 1 is 2^63 already.
        const std::int64_t next =
            group == std::numeric_limits<std::int64_t>::max() ? group : group + 1;
        grouped.push_back({edge(group, width, m_exponent), edge(next, width, m_exponent), 0});
    }
    for (std::size_t i = 0; i < m_counts.size(); ++i) {
        const std::int64_t index = m_first + static_cast<std::int64_t>(i);
        grouped[distance(first, group_of(index, width))].count += m_counts[i];
    }
    return grouped;
}

std::size_t DyadicHistogram::groups(std::int64_t width) const noexcept {
    return m_counts.empty() ? 0 : distance(group_of(m_first, width), group_of(last(), width)) + 1;
}

std::int64_t DyadicHistogram::last() const noexcept {
    return m_first + (static_cast<std::int64_t>(m_counts.size()) - 1);
}

void DyadicHistogram::coarsen(int exponent) {
    const int steps = exponent - m_exponent;
    m_exponent = exponent;
    if (steps == 0 || m_counts.empty()) {
        return;
    }
    const std::int64_t first = coarser(m_first, steps);
    std::vector<std::int64_t> counts(distance(first, coarser(last(), steps)) + 1);
    for (std::size_t i = 0; i < m_counts.size(); ++i) {
        const std::int64_t index = m_first + static_cast<std::int64_t>(i);
        counts[distance(first, coarser(index, steps))] += m_counts[i];
    }
    m_first = first;
    m_counts.swap(counts);
}

void DyadicHistogram::make_room(std::int64_t first, std::int64_t last, int exponent) {
    coarsen(exponent);
    if (m_counts.empty()) {
        m_first = first;
    }
    std::int64_t low = std::min(first, m_first);
    std::int64_t high = m_counts.empty() ? last : std::max(last, this->last());
    int fitting = exponent;
    for (; distance(low, high) >= max_bins; ++fitting) {
        low = coarser(low, 1);
        high = coarser(high, 1);
    }
    coarsen(fitting);
    if (m_counts.empty()) {
        m_first = low;
    }
    m_counts.insert(m_counts.begin(), distance(low, m_first), 0);
    m_first = low;
    m_counts.resize(distance(low, high) + 1);
}

void DyadicHistogram::write(StateWriter& writer) const {
    writer.begin(tag, version);
    writer.signed_varint(m_exponent);
    writer.signed_varint(m_first);
    writer.varint(m_counts.size());
    for (const std::int64_t count : m_counts) {
        writer.varint(static_cast<std::uint64_t>(count));
    }
}

DyadicHistogram DyadicHistogram::read(StateReader& reader) {
    reader.begin(tag, version);
    const std::int64_t exponent = reader.signed_varint();
    reader.expect(lowest_exponent <= exponent && exponent <= highest_exponent,
                  "is a histogram with an impossible bin width");
    DyadicHistogram histogram;
    histogram.m_exponent = static_cast<int>(exponent);
    histogram.m_first = reader.signed_varint();
    const std::size_t size = reader.length(1);
    reader.expect(size <= max_bins, "is a histogram with too many bins");
    reader.expect(is_place(histogram.m_first, size, histogram.m_exponent) &&
                      (size > 0 || exponent == lowest_exponent),
                  "is a histogram of impossible values");
    std::int64_t seen = 0;
    for (std::size_t i = 0; i < size; ++i) {
        histogram.m_counts.push_back(reader.tally_after(seen));
        seen += histogram.m_counts.back();
    }
    reader.expect(size == 0 || (histogram.m_counts.front() > 0 && histogram.m_counts.back() > 0),
                  "is a histogram with an empty bin at its end");
    return histogram;
}

} // namespace assay
