// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/number_time.hpp"

#include "assay/base/decimal.hpp"
#include "assay/base/text.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

namespace assay {
namespace {

constexpr double julian_day_of_1970 = 2'440'587.5;
constexpr double millis_per_day = 86'400'000;

/// The power of ten that makes microseconds of a unit.
int exponent_of(TimeEncoding encoding) noexcept {
    switch (encoding) {
    case TimeEncoding::epoch_seconds: return 6;
    case TimeEncoding::epoch_millis: return 3;
    case TimeEncoding::epoch_nanos: return -3;
    case TimeEncoding::native:
    case TimeEncoding::iso_text:
    case TimeEncoding::epoch_micros:
    case TimeEncoding::julian_day: break;
    }
    return 0;
}

/// A decimal number times a power of ten.
std::string scaled(std::string_view decimal, int exponent) {
    return canonical_decimal(canonical_decimal(decimal) + "e" + std::to_string(exponent));
}

/// Infinities have no number.
std::optional<Micros> finite(Micros moment) noexcept {
    const bool is_finite = moment != std::numeric_limits<Micros>::max() &&
                           moment != std::numeric_limits<Micros>::min();
    return is_finite ? std::optional(moment) : std::nullopt;
}

std::optional<Micros> moment_of(std::string_view decimal, TimeEncoding encoding) {
    const std::string micros = scaled(decimal, exponent_of(encoding));
    if (!is_decimal(micros)) {
        return std::nullopt;
    }
    const std::string_view whole = std::string_view(micros).substr(0, micros.find('.'));
    Micros moment = 0;
    const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), moment);
    if (error != std::errc() || end != whole.data() + whole.size()) {
        return std::nullopt;
    }
    const bool is_cut_below_zero = micros.starts_with('-') && whole.size() < micros.size();
    return finite(is_cut_below_zero ? moment - 1 : moment);
}

std::optional<Micros> moment_of(std::int64_t number, TimeEncoding encoding) {
    Micros moment = 0;
    const bool is_seconds = encoding == TimeEncoding::epoch_seconds;
    if (is_seconds || encoding == TimeEncoding::epoch_millis) {
        return __builtin_mul_overflow(number, is_seconds ? micros_per_second : 1'000, &moment)
                   ? std::nullopt
                   : finite(moment);
    }
    return moment_of(std::to_string(number), encoding);
}

/// @return NaN where the text is no number
double double_of(std::string_view decimal) noexcept {
    double number = std::numeric_limits<double>::quiet_NaN();
    std::from_chars(decimal.data(), decimal.data() + decimal.size(), number);
    return number;
}

} // namespace

std::optional<Micros> moment_of_julian_day(double day) noexcept {
    constexpr double most_millis = 9e15;
    const double millis = std::round((day - julian_day_of_1970) * millis_per_day);
    return std::abs(millis) < most_millis ? std::optional(static_cast<Micros>(millis) * 1'000)
                                          : std::nullopt;
}

std::optional<TimeEncoding> encoding_of_numbers(double largest) noexcept {
    Column column(ColumnType::real);
    column.append_real(std::abs(largest));
    const auto reading = read_time(column, 0);
    return reading ? std::optional(reading->encoding) : std::nullopt;
}

std::optional<Micros> moment_of_number(TimeEncoding encoding, const Column& column,
                                       std::size_t row) {
    const bool is_julian = encoding == TimeEncoding::julian_day;
    switch (column.kind(row)) {
    case CellKind::integer:
        return is_julian ? moment_of_julian_day(static_cast<double>(column.integer(row)))
                         : moment_of(column.integer(row), encoding);
    case CellKind::real:
        return is_julian ? moment_of_julian_day(column.real(row))
                         : moment_of(format_double(column.real(row)), encoding);
    case CellKind::text:
        if (column.type() != ColumnType::decimal) {
            break;
        }
        return is_julian ? moment_of_julian_day(double_of(column.bytes(row)))
                         : moment_of(column.bytes(row), encoding);
    case CellKind::null:
    case CellKind::blob: break;
    }
    return std::nullopt;
}

std::optional<std::string> number_of_moment(TimeEncoding encoding, Micros moment) {
    if (encoding != TimeEncoding::julian_day) {
        return scaled(std::to_string(moment), -exponent_of(encoding));
    }
    const double day = static_cast<double>(moment) / (1'000 * millis_per_day) + julian_day_of_1970;
    return moment_of_julian_day(day) == moment ? std::optional(format_double(day)) : std::nullopt;
}

} // namespace assay
