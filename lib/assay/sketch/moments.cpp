// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/moments.hpp"

#include "assay/base/decimal.hpp"
#include "assay/sketch/state_io.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <fmt/format.h>
#include <vector>

namespace assay {

namespace {

constexpr StateTag tag("MOMT");
constexpr std::uint8_t version = 2; // 1 knew neither the rest of the mean nor decimals
__extension__ using Unsigned128 = unsigned __int128;

constexpr std::size_t lanes = 4;

// Rounding to doubles moves a decimal by 1e-16 of it at most, and the deviation of decimals that
// spread over this share of their mean by about 1e-12 of it.
constexpr double least_rounded_spread = 1e-4;

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

/// Do all of them lie within 62 bits and a sign, so that 64 bits hold their differences?
bool have_short_distances(std::span<const std::int64_t> values) noexcept {
    std::int64_t unlike = 0; // negative if the two highest bits of a value differ
    for (const std::int64_t value : values) {
        unlike |= value ^ (value << 1);
    }
    return unlike >= 0;
}

double square(double number) noexcept { return number * number; }

} // namespace

/// Without a branch (Knuth's two-sum): which of the two is larger is anybody's guess.
void Moments::Sum::add(double number) noexcept {
    const double sum = value + number;
    const double part = sum - value;
    lost += (value - (sum - part)) + (number - part);
    value = sum;
}

void Moments::Spread::shift(double distance) noexcept {
    Sum sum{mean, 0};
    sum.add(mean_rest + distance);
    mean = sum.value;
    mean_rest = sum.lost;
}

void Moments::Spread::combine(const Spread& other) noexcept {
    if (other.count == 0) {
        return;
    }
    if (count == 0) {
        *this = other;
        return;
    }
    const auto own = static_cast<double>(count);
    const auto added = static_cast<double>(other.count);
    const double delta = (other.mean - mean) + (other.mean_rest - mean_rest);
    const double share = added / (own + added);
    squares += other.squares + delta * delta * own * share;
    if (std::isfinite(delta)) {
        shift(delta * share);
    } else {
        mean = mean * (own / (own + added)) + other.mean * share;
        mean_rest = 0;
    }
    count += other.count;
}

Moments::Anchor Moments::Anchor::at(std::string_view text) {
    Anchor anchor{std::string(text), decimal_difference(text, "0"), 0};
    if (std::isfinite(anchor.value)) {
        // As many digits of the double as tell what is missing.
        anchor.rest = decimal_difference(text, fmt::format("{:.40e}", anchor.value));
    }
    return anchor;
}

Moments::Spread Moments::spread_of(std::span<const std::int64_t> values, Int128 sum) noexcept {
    const std::int64_t origin = values.front();
    const auto count = static_cast<std::int64_t>(values.size());
    const double mean =
        static_cast<double>(sum - Int128{origin} * count) / static_cast<double>(count);
    const double squares =
        have_short_distances(values)
            ? sum_of(values,
                     [origin, mean](std::int64_t value) {
                         return square(static_cast<double>(value - origin) - mean);
                     })
            : sum_of(values, [origin, mean](std::int64_t value) {
                  return square(static_cast<double>(Int128{value} - origin) - mean);
              });
    const auto rounded = static_cast<double>(origin);
    const auto rest = static_cast<double>(Int128{origin} - static_cast<Int128>(rounded));
    Spread spread{count, rounded, rest, squares};
    spread.shift(mean);
    return spread;
}

Moments::Spread Moments::spread_of(std::span<const double> values) noexcept {
    // Deviations from a value of the data, so that equal values have none at all.
    const double origin = values.front();
    const double share = 1 / static_cast<double>(values.size());
    const double from_origin =
        sum_of(values, [origin, share](double value) { return (value - origin) * share; });
    Spread spread{static_cast<std::int64_t>(values.size()), origin, 0, 0};
    if (std::isfinite(from_origin)) {
        spread.shift(from_origin);
    } else {
        // Less exact, but no distance can be too large.
        spread.mean = sum_of(values, [share](double value) { return value * share; });
    }
    const double squares =
        sum_of(values, [mean = spread.mean](double value) { return square(value - mean); });
    const double of_rest = square(spread.mean_rest) * static_cast<double>(values.size());
    spread.squares = of_rest > 0 ? std::max(squares - of_rest, 0.0) : squares;
    return spread;
}

void Moments::add(std::span<const std::int64_t> values) {
    if (values.empty()) {
        return;
    }
    Int128 sum = 0;
    for (const std::int64_t value : values) {
        sum += value;
    }
    m_integer_sum += sum;
    m_spread.combine(spread_of(values, sum));
}

void Moments::add(std::span<const double> values) {
    if (!values.empty()) {
        add_reals(values, spread_of(values));
    }
}

bool Moments::add_rounded(std::span<const double> decimals) {
    if (decimals.empty()) {
        return true;
    }
    const Spread added = spread_of(decimals);
    Spread together = all();
    together.combine(added);
    const double spread = std::sqrt(together.squares / static_cast<double>(together.count));
    if (spread < least_rounded_spread * std::fabs(added.mean)) {
        return false;
    }
    add_reals(decimals, added);
    return true;
}

void Moments::add_reals(std::span<const double> values, const Spread& spread) noexcept {
    std::array<Sum, lanes> sums;
    for (std::size_t i = 0; i < values.size(); ++i) {
        sums.data()[i % lanes].add(values.data()[i]);
    }
    for (const Sum& sum : sums) {
        m_real_sum.add(sum.value);
        m_real_sum.lost += sum.lost;
    }
    m_reals += spread.count;
    m_spread.combine(spread);
}

void Moments::add(std::span<const std::string_view> decimals) {
    if (decimals.empty()) {
        return;
    }
    const std::string_view origin = decimals.front();
    std::vector<double> distances;
    distances.reserve(decimals.size());
    for (const std::string_view decimal : decimals) {
        distances.push_back(decimal == origin ? 0 : decimal_difference(decimal, origin));
    }
    add_decimals(origin, spread_of(distances));
}

void Moments::add_decimals(std::string_view origin, Spread distances) {
    if (m_decimals.count == 0) {
        m_anchor = Anchor::at(origin);
    }
    distances.shift(decimal_difference(origin, m_anchor.text));
    m_decimals.combine(distances);
}

Moments::Spread Moments::all() const noexcept {
    Spread all = m_spread;
    if (m_decimals.count > 0) {
        Spread decimals = m_decimals;
        decimals.shift(m_anchor.rest);
        decimals.shift(m_anchor.value);
        all.combine(decimals);
    }
    return all;
}

void Moments::merge(const Moments& other) {
    m_spread.combine(other.m_spread);
    m_integer_sum += other.m_integer_sum;
    m_real_sum.add(other.m_real_sum.value);
    m_real_sum.lost += other.m_real_sum.lost;
    m_reals += other.m_reals;
    if (other.m_decimals.count > 0) {
        add_decimals(other.m_anchor.text, other.m_decimals);
    }
}

std::optional<double> Moments::mean() const {
    if (count() == 0) {
        return std::nullopt;
    }
    if (m_decimals.count > 0) {
        return if_finite(all().mean);
    }
    const auto numbers = static_cast<double>(m_spread.count);
    if (m_reals == 0) {
        const Int128 whole = m_integer_sum / m_spread.count;
        const Int128 rest = m_integer_sum % m_spread.count;
        return static_cast<double>(whole) + static_cast<double>(rest) / numbers;
    }
    const double sum = static_cast<double>(m_integer_sum) + m_real_sum.total();
    return if_finite(std::isfinite(sum) ? sum / numbers : m_spread.mean);
}

std::optional<double> Moments::stddev() const {
    if (count() < 2) {
        return std::nullopt;
    }
    return if_finite(std::sqrt(all().squares / static_cast<double>(count() - 1)));
}

void Moments::write(StateWriter& writer) const {
    writer.begin(tag, version);
    writer.varint(static_cast<std::uint64_t>(m_spread.count));
    writer.varint(static_cast<std::uint64_t>(m_reals));
    const auto sum = static_cast<Unsigned128>(m_integer_sum);
    writer.u64(static_cast<std::uint64_t>(sum));
    writer.u64(static_cast<std::uint64_t>(sum >> 64));
    writer.real(m_real_sum.value);
    writer.real(m_real_sum.lost);
    writer.real(m_spread.mean);
    writer.real(m_spread.mean_rest);
    writer.real(m_spread.squares);
    writer.varint(static_cast<std::uint64_t>(m_decimals.count));
    if (m_decimals.count > 0) {
        writer.bytes(m_anchor.text);
        writer.real(m_decimals.mean);
        writer.real(m_decimals.mean_rest);
        writer.real(m_decimals.squares);
    }
}

Moments Moments::read(StateReader& reader) {
    reader.expect(reader.begin(tag, version) == version, "has sums of an earlier layout");
    Moments moments;
    moments.m_spread.count = reader.tally();
    moments.m_reals = reader.tally();
    const Unsigned128 low = reader.u64();
    moments.m_integer_sum = static_cast<Int128>(Unsigned128{reader.u64()} << 64 | low);
    moments.m_real_sum.value = reader.real();
    moments.m_real_sum.lost = reader.real();
    moments.m_spread.mean = reader.real();
    moments.m_spread.mean_rest = reader.real();
    moments.m_spread.squares = reader.real();
    moments.m_decimals.count = reader.tally_after(moments.m_spread.count);
    if (moments.m_decimals.count > 0) {
        const std::string_view anchor = reader.bytes();
        reader.expect(is_decimal(anchor), "has decimals that are measured from none");
        moments.m_anchor = Anchor::at(anchor);
        moments.m_decimals.mean = reader.real();
        moments.m_decimals.mean_rest = reader.real();
        moments.m_decimals.squares = reader.real();
    }
    reader.expect(moments.is_possible(), "has sums that no numbers add up to");
    return moments;
}

/// Sums of doubles may have become infinite, and NaN from there.
bool Moments::is_possible() const noexcept {
    constexpr Int128 largest = Int128{1} << 63;
    const Int128 integers = m_spread.count - m_reals;
    const bool has_reals = m_reals > 0 || (m_real_sum.value == 0 && m_real_sum.lost == 0);
    const bool has_any = m_spread.count > 0 ||
                         (m_spread.mean == 0 && m_spread.mean_rest == 0 && m_spread.squares == 0);
    return integers >= 0 && -integers * largest <= m_integer_sum &&
           m_integer_sum <= integers * (largest - 1) && has_reals && has_any &&
           !(m_spread.squares < 0) && !(m_decimals.squares < 0);
}

} // namespace assay
