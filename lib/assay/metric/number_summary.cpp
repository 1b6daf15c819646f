// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/number_summary.hpp"

#include "assay/base/decimal.hpp"
#include "assay/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace assay {

namespace {

Value integer_value(std::int64_t number) {
    return {ColumnType::integer, CellKind::integer, number, 0, {}};
}
Value real_value(double number) { return {ColumnType::real, CellKind::real, 0, number, {}}; }
Value decimal_value(const std::string& text) {
    return {ColumnType::decimal, CellKind::text, 0, 0, text};
}

/// Order of two numbers of which a decimal may be one.
int compare_numbers(const Value& left, const Value& right) {
    if (left.kind == CellKind::text || right.kind == CellKind::text) {
        return compare_decimal(display(left), display(right));
    }
    return compare(left, right);
}

/// Keep the one that comes first by `sign`: 1 for the smallest, -1 for the largest.
void keep(std::optional<Value>& best, const Value& candidate, int sign) {
    if (!best || sign * compare_numbers(candidate, *best) < 0) {
        best = candidate;
    }
}

template <typename T, typename Bounds>
void widen(std::optional<Bounds>& bounds, std::span<const T> values) {
    if (values.empty()) {
        return;
    }
    T least = bounds ? bounds->min : values.front();
    T largest = bounds ? bounds->max : values.front();
    for (const T value : values) {
        least = value < least ? value : least;
        largest = value > largest ? value : largest;
    }
    bounds = Bounds{least, largest};
}

/// Equal decimals can be written in several ways: the first in the order of bytes is kept, so that
/// the order of the rows makes no difference.
bool goes_before(std::string_view left, std::string_view right, int order) {
    return order != 0 ? order < 0 : left < right;
}

template <typename Decimal>
void lower(Decimal& bound, std::string_view text, double value) {
    if (value <= bound.value && text != bound.text &&
        goes_before(text, bound.text, compare_decimal(text, bound.text))) {
        bound.text = text;
        bound.value = value;
    }
}

template <typename Decimal>
void raise(Decimal& bound, std::string_view text, double value) {
    if (value >= bound.value && text != bound.text &&
        goes_before(text, bound.text, compare_decimal(bound.text, text))) {
        bound.text = text;
        bound.value = value;
    }
}

template <typename T>
void append(std::vector<Quantile>& quantiles, std::span<const double> ranks,
            const std::vector<T>& values, Value (*make)(T)) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        quantiles.push_back({ranks[i], make(values[i])});
    }
}

} // namespace

void NumberRange::add(std::span<const std::int64_t> values) noexcept { widen(m_integers, values); }

void NumberRange::add(std::span<const double> values) noexcept { widen(m_reals, values); }

void NumberRange::add(std::string_view decimal, double value) {
    if (!m_decimals) {
        const Decimal first{std::string(decimal), value};
        m_decimals = Bounds<Decimal>{first, first};
        return;
    }
    lower(m_decimals->min, decimal, value);
    raise(m_decimals->max, decimal, value);
}

void NumberRange::merge(const NumberRange& other) {
    if (other.m_integers) {
        add(std::array{other.m_integers->min, other.m_integers->max});
    }
    if (other.m_reals) {
        add(std::array{other.m_reals->min, other.m_reals->max});
    }
    if (other.m_decimals) {
        add(other.m_decimals->min.text, other.m_decimals->min.value);
        add(other.m_decimals->max.text, other.m_decimals->max.value);
    }
}

std::optional<Value> NumberRange::min() const {
    std::optional<Value> best;
    if (m_integers) {
        keep(best, integer_value(m_integers->min), 1);
    }
    if (m_reals) {
        keep(best, real_value(m_reals->min), 1);
    }
    if (m_decimals) {
        keep(best, decimal_value(m_decimals->min.text), 1);
    }
    return best;
}

std::optional<Value> NumberRange::max() const {
    std::optional<Value> best;
    if (m_integers) {
        keep(best, integer_value(m_integers->max), -1);
    }
    if (m_reals) {
        keep(best, real_value(m_reals->max), -1);
    }
    if (m_decimals) {
        keep(best, decimal_value(m_decimals->max.text), -1);
    }
    return best;
}

bool NumberRange::has_integers_beyond_double() const noexcept {
    constexpr std::int64_t largest = std::int64_t{1} << std::numeric_limits<double>::digits;
    return m_integers && (m_integers->min < -largest || m_integers->max > largest);
}

void Distribution::promote() {
    if (!m_promoted) {
        m_real_quantiles = m_integer_quantiles.converted<double>();
        m_promoted = true;
    }
}

void Distribution::begin_part(std::size_t part) {
    m_part = part;
    m_current = nullptr;
}

Moments& Distribution::current() {
    if (m_current == nullptr) {
        m_current = &m_moments[m_part];
    }
    return *m_current;
}

void Distribution::add(std::span<const std::int64_t> values) {
    current().add(values);
    if (!m_promoted) {
        m_integer_quantiles.add(values);
        return;
    }
    for (const std::int64_t value : values) {
        m_real_quantiles.add(static_cast<double>(value));
    }
}

void Distribution::add(std::span<const double> values) {
    current().add(values);
    promote();
    m_real_quantiles.add(values);
}

bool Distribution::add_rounded(std::span<const double> decimals) {
    promote();
    m_real_quantiles.add(decimals);
    return current().add_rounded(decimals);
}

void Distribution::add_moments(std::span<const std::string_view> decimals) {
    current().add(decimals);
}

void Distribution::merge(const Distribution& other) {
    for (const auto& [part, moments] : other.m_moments) {
        m_moments[part].merge(moments);
    }
    if (!m_promoted && !other.m_promoted) {
        m_integer_quantiles.merge(other.m_integer_quantiles);
        return;
    }
    promote();
    m_real_quantiles.merge(other.m_promoted ? other.m_real_quantiles
                                            : other.m_integer_quantiles.converted<double>());
}

Moments Distribution::moments() const {
    Moments all;
    for (const auto& [part, moments] : m_moments) {
        all.merge(moments);
    }
    return all;
}

std::vector<Quantile> Distribution::quantiles(std::span<const double> ranks) const {
    std::vector<Quantile> quantiles;
    if (m_promoted) {
        append(quantiles, ranks, m_real_quantiles.at(ranks), real_value);
    } else {
        append(quantiles, ranks, m_integer_quantiles.at(ranks), integer_value);
    }
    return quantiles;
}

double Distribution::rank_error() const {
    return m_promoted ? m_real_quantiles.rank_error() : m_integer_quantiles.rank_error();
}

void Distribution::write_quantiles(StateWriter& writer) const {
    m_promoted ? m_real_quantiles.write(writer) : m_integer_quantiles.write(writer);
}

DecimalNumber read_decimal(std::string_view text) noexcept {
    using Kind = DecimalNumber::Kind;
    if (const auto number = read_short_decimal(text)) {
        return {Kind::finite, number->value};
    }
    if (text == "NaN") {
        return {Kind::nan};
    }
    if (text == "Infinity" || text == "-Infinity") {
        return {Kind::infinite};
    }
    const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
    double value = 0;
    const char* last = digits.data() + digits.size();
    const auto [end, error] = std::from_chars(digits.data(), last, value);
    if (error == std::errc{} && end == last && std::isfinite(value)) {
        return {Kind::finite, value};
    }
    if (error != std::errc::result_out_of_range || !is_decimal(text)) {
        return {};
    }
    // Out of range is said of numbers too large and of numbers too close to zero.
    const bool negative = text.starts_with('-');
    const bool large = negative ? compare_decimal(text, "-1") < 0 : compare_decimal(text, "1") > 0;
    if (!large) {
        return {Kind::finite, 0};
    }
    constexpr double largest = std::numeric_limits<double>::max();
    return {Kind::finite, negative ? -largest : largest, true};
}

bool is_written_as(std::string_view decimal, double value) {
    return compare_decimal(decimal, format_double(value)) == 0;
}

} // namespace assay
