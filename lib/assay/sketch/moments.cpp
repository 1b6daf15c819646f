// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/moments.hpp"

#include "assay/sketch/state_io.hpp"

#include <array>
#include <cmath>
#include <cstddef>

namespace assay {

namespace {

constexpr StateTag tag("MOMT");
constexpr std::uint8_t version = 1;
__extension__ using Unsigned128 = unsigned __int128;

constexpr std::size_t lanes = 4;

std::optional<double> if_finite(double number) {
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

/// Sum what a function makes of the values, in four sums at once: each waits only for itself.
template <typename T, typename Function>
double sum_of(std::span<const T> values, Function function) noexcept {
    std::array<double, lanes> sums{};
    std::size_t i = 0;
    for (; i + lanes <= values.size(); i += lanes) {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            sums.data()[lane] += function(values.data()[i + lane]);
        }
    }
    for (; i < values.size(); ++i) {
        sums[0] += function(values.data()[i]);
    }
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

} // namespace

/// Without a branch (Knuth's two-sum): which of the two is larger is anybody's guess.
void Moments::Sum::add(double number) noexcept {
    const double sum = value + number;
    const double part = sum - value;
    lost += (value - (sum - part)) + (number - part);
    value = sum;
}

void Moments::add(std::span<const std::int64_t> values) {
    for (const std::int64_t value : values) {
        m_integer_sum += value;
    }
    add_deviations(values);
}

void Moments::add(std::span<const double> values) {
    std::array<Sum, lanes> sums;
    for (std::size_t i = 0; i < values.size(); ++i) {
        sums.data()[i % lanes].add(values.data()[i]);
    }
    for (const Sum& sum : sums) {
        m_real_sum.add(sum.value);
        m_real_sum.lost += sum.lost;
    }
    m_reals += static_cast<std::int64_t>(values.size());
    add_deviations(values);
}

template <typename T>
void Moments::add_deviations(std::span<const T> values) {
    if (values.empty()) {
        return;
    }
    // Deviations from a value of the data, so that equal values have none at all.
    const auto origin = static_cast<double>(values.front());
    const double share = 1 / static_cast<double>(values.size());
    double mean = origin + sum_of(values, [origin, share](T value) {
                      return (static_cast<double>(value) - origin) * share;
                  });
    if (!std::isfinite(mean)) {
        // Less exact, but no distance can be too large.
        mean = sum_of(values, [share](T value) { return static_cast<double>(value) * share; });
    }
    const double squares = sum_of(values, [mean](T value) {
        const double deviation = static_cast<double>(value) - mean;
        return deviation * deviation;
    });
    combine(static_cast<std::int64_t>(values.size()), mean, squares);
}

void Moments::combine(std::int64_t count, double mean, double squares) noexcept {
    if (count == 0) {
        return;
    }
    const auto own = static_cast<double>(m_count);
    const auto added = static_cast<double>(count);
    const double delta = mean - m_mean;
    if (m_count == 0) {
        m_mean = mean;
        m_squares = squares;
    } else {
        m_squares += squares + delta * delta * own * (added / (own + added));
        m_mean = std::isfinite(delta)
                     ? m_mean + delta * (added / (own + added))
                     : m_mean * (own / (own + added)) + mean * (added / (own + added));
    }
    m_count += count;
}

void Moments::merge(const Moments& other) {
    combine(other.m_count, other.m_mean, other.m_squares);
    m_integer_sum += other.m_integer_sum;
    m_real_sum.add(other.m_real_sum.value);
    m_real_sum.lost += other.m_real_sum.lost;
    m_reals += other.m_reals;
}

std::optional<double> Moments::mean() const {
    if (m_count == 0) {
        return std::nullopt;
    }
    const auto count = static_cast<double>(m_count);
    if (m_reals == 0) {
        const Int128 whole = m_integer_sum / m_count;
        const Int128 rest = m_integer_sum % m_count;
        return static_cast<double>(whole) + static_cast<double>(rest) / count;
    }
    const double sum = static_cast<double>(m_integer_sum) + m_real_sum.total();
    return if_finite(std::isfinite(sum) ? sum / count : m_mean);
}

std::optional<double> Moments::stddev() const {
    if (m_count < 2) {
        return std::nullopt;
    }
    return if_finite(std::sqrt(m_squares / static_cast<double>(m_count - 1)));
}

void Moments::write(StateWriter& writer) const {
    writer.begin(tag, version);
    writer.varint(static_cast<std::uint64_t>(m_count));
    writer.varint(static_cast<std::uint64_t>(m_reals));
    const auto sum = static_cast<Unsigned128>(m_integer_sum);
    writer.u64(static_cast<std::uint64_t>(sum));
    writer.u64(static_cast<std::uint64_t>(sum >> 64));
    writer.real(m_real_sum.value);
    writer.real(m_real_sum.lost);
    writer.real(m_mean);
    writer.real(m_squares);
}

Moments Moments::read(StateReader& reader) {
    reader.begin(tag, version);
    Moments moments;
    moments.m_count = reader.tally();
    moments.m_reals = reader.tally();
    const Unsigned128 low = reader.u64();
    moments.m_integer_sum = static_cast<Int128>(Unsigned128{reader.u64()} << 64 | low);
    moments.m_real_sum.value = reader.real();
    moments.m_real_sum.lost = reader.real();
    moments.m_mean = reader.real();
    moments.m_squares = reader.real();
    reader.expect(moments.is_possible(), "has sums that no numbers add up to");
    return moments;
}

/// Sums of doubles may have become infinite, and NaN from there.
bool Moments::is_possible() const noexcept {
    constexpr Int128 largest = Int128{1} << 63;
    const Int128 integers = m_count - m_reals;
    const bool has_reals = m_reals > 0 || (m_real_sum.value == 0 && m_real_sum.lost == 0);
    const bool has_any = m_count > 0 || (m_mean == 0 && m_squares == 0);
    return integers >= 0 && -integers * largest <= m_integer_sum &&
           m_integer_sum <= integers * (largest - 1) && has_reals && has_any && !(m_squares < 0);
}

} // namespace assay
