// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/decimal.hpp"
#include "assay/base/word_bytes.hpp"

#include <array>
#include <bit>

namespace assay {
namespace {

/// What stands in a text of digits with a point amid them, or without one.
struct Reading {
    std::int64_t digits = 0;      ///< as one number
    std::size_t point = 0;        ///< its place; behind the last digit where there is none
    std::size_t last_nonzero = 0; ///< the place of the last digit that is no zero; 0: there is none
};

// Up to 15 digits and these powers are exact in a double, so that one division rounds once
// (Clinger, "How to read floating point numbers accurately", 1990).
constexpr std::array powers{1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                            1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

constexpr std::size_t word_size = sizeof(std::uint64_t);

/// The lowest bytes of a word. @param count less than eight
constexpr std::uint64_t lowest(std::uint64_t word, std::size_t count) noexcept {
    return word & ((std::uint64_t{1} << 8 * count) - 1);
}

/// Eight digits, of which the lowest byte is the first: neighbours become one number, three times.
std::int64_t join(std::uint64_t digits) noexcept {
    digits = digits * (1 + (10 << 8)) >> 8U;
    digits = (digits & 0x00ff'00ff'00ff'00ff) * (1 + (100 << 16)) >> 16U;
    digits = (digits & 0x0000'ffff'0000'ffff) * (1 + (10'000ULL << 32U)) >> 32U;
    return static_cast<std::int64_t>(digits);
}

/// One to eight characters in one word, without a branch for each.
std::optional<Reading> read_word(std::string_view text) noexcept {
    const std::size_t size = text.size();
    // NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): never shifted by all bits
    std::uint64_t digits = load_few(text.data(), size) ^ repeat_byte('0') >> 8 * (word_size - size);
    const std::uint64_t points = zero_bytes(digits ^ repeat_byte('.' ^ '0'));
    Reading reading{0, size, 0};
    std::size_t count = size;
    if (points != 0) {
        reading.point = static_cast<std::size_t>(std::countr_zero(points)) / 8;
        const std::uint64_t before = lowest(digits, reading.point);
        digits = before | (digits >> 8 * reading.point >> 8U) << 8 * reading.point;
        --count;
    }
    const bool is_plain = (((digits + repeat_byte(0x7f - 9)) | digits) & repeat_byte(0x80)) == 0;
    if (!is_plain || count == 0) {
        return std::nullopt;
    }
    if (digits != 0) {
        const auto last = (63U - static_cast<std::size_t>(std::countl_zero(digits))) / 8;
        reading.last_nonzero = last < reading.point ? last : last + 1;
    }
    reading.digits = join(digits << 8 * (word_size - count));
    return reading;
}

std::optional<Reading> read_each(std::string_view text) noexcept {
    Reading reading{0, text.size(), 0};
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int digit = text[i] - '0';
        if (digit >= 0 && digit <= 9) {
            reading.digits = reading.digits * 10 + digit;
            reading.last_nonzero = digit != 0 ? i : reading.last_nonzero;
        } else if (text[i] == '.' && reading.point == text.size()) {
            reading.point = i;
        } else {
            return std::nullopt;
        }
    }
    return reading;
}

} // namespace

std::optional<ShortDecimal> read_short_decimal(std::string_view text) noexcept {
    const std::size_t sign = text.starts_with('-') ? 1 : 0;
    const std::string_view plain = text.substr(sign);
    const std::size_t size = plain.size();
    if (size == 0 || size > powers.size()) {
        return std::nullopt;
    }
    const auto reading = size <= word_size ? read_word(plain) : read_each(plain);
    if (!reading) {
        return std::nullopt;
    }
    const auto [digits, point, last_nonzero] = *reading;
    const bool is_odd = point == 0 || point + 1 == size || (point > 1 && plain.front() == '0') ||
                        (sign == 1 && digits == 0) || (point == size && size == powers.size());
    if (is_odd) {
        return std::nullopt;
    }
    const auto magnitude = static_cast<double>(digits);
    const double value = point == size ? magnitude : magnitude / powers.at(size - point - 1);
    const std::size_t kept = last_nonzero > point ? last_nonzero + 1 : point;
    return ShortDecimal{sign == 1 ? -value : value, sign + kept};
}

} // namespace assay
