// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/decimal.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>

namespace assay {
namespace {

constexpr std::int64_t longest_exponent = 400;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// A decimal taken apart without copying: value = 0.d1d2d3... * 10^point, digits without leading
/// and trailing zeros; the digits are integer_part followed by fraction_part.
struct Parts {
    bool negative = false;
    std::string_view integer_part;
    std::string_view fraction_part;
    std::int64_t exponent = 0;
};

std::optional<Parts> split(std::string_view text) noexcept {
    Parts parts;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        parts.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    const auto integer_end = std::find_if_not(text.begin(), text.end(), is_digit);
    parts.integer_part = text.substr(0, static_cast<std::size_t>(integer_end - text.begin()));
    text.remove_prefix(parts.integer_part.size());
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        const auto fraction_end = std::find_if_not(text.begin(), text.end(), is_digit);
        parts.fraction_part = text.substr(0, static_cast<std::size_t>(fraction_end - text.begin()));
        text.remove_prefix(parts.fraction_part.size());
    }
    if (parts.integer_part.empty() && parts.fraction_part.empty()) {
        return std::nullopt;
    }
    if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
        text.remove_prefix(1);
        if (text.size() > 1 && text.front() == '+' && is_digit(text[1])) {
            text.remove_prefix(1);
        }
        // Only doubles are ever written with an exponent, and theirs stay below 400. A longer one
        // would let a short hostile text grow to any length.
        const auto [end, error] =
            std::from_chars(text.data(), text.data() + text.size(), parts.exponent);
        if (error != std::errc{} || end != text.data() + text.size() ||
            parts.exponent > longest_exponent || parts.exponent < -longest_exponent) {
            return std::nullopt;
        }
        text = {};
    }
    return text.empty() ? std::optional(parts) : std::nullopt;
}

/// The significant digits, and where the decimal point stands relative to the first of them.
struct Digits {
    bool negative = false;
    std::string_view integer_part;
    std::string_view fraction_part;
    std::int64_t point = 0;

    bool zero() const noexcept { return size() == 0; }
    std::size_t size() const noexcept { return integer_part.size() + fraction_part.size(); }
    char at(std::size_t i) const noexcept {
        return i < integer_part.size() ? integer_part[i] : fraction_part[i - integer_part.size()];
    }
};

std::string_view strip_leading_zeros(std::string_view text) noexcept {
    return text.substr(std::min(text.find_first_not_of('0'), text.size()));
}

std::string_view strip_trailing_zeros(std::string_view text) noexcept {
    return text.substr(0, text.find_last_not_of('0') + 1);
}

Digits significant(const Parts& parts) noexcept {
    Digits digits{parts.negative, strip_leading_zeros(parts.integer_part), parts.fraction_part, 0};
    digits.point = static_cast<std::int64_t>(digits.integer_part.size()) + parts.exponent;
    if (digits.integer_part.empty()) {
        const auto stripped = strip_leading_zeros(digits.fraction_part);
        digits.point -= static_cast<std::int64_t>(digits.fraction_part.size() - stripped.size());
        digits.fraction_part = stripped;
    }
    digits.fraction_part = strip_trailing_zeros(digits.fraction_part);
    if (digits.fraction_part.empty()) {
        digits.integer_part = strip_trailing_zeros(digits.integer_part);
    }
    return digits;
}

/// The order of what has no digits to compare: -Infinity, numbers, Infinity, other text, NaN.
enum class Rank : std::uint8_t { minus_infinity, number, infinity, text, nan };

Rank rank_of(std::string_view text, bool number) noexcept {
    if (number) {
        return Rank::number;
    }
    if (text == "NaN") {
        return Rank::nan;
    }
    if (text == "Infinity") {
        return Rank::infinity;
    }
    return text == "-Infinity" ? Rank::minus_infinity : Rank::text;
}

int sign_of(const Digits& digits) noexcept {
    if (digits.zero()) {
        return 0;
    }
    return digits.negative ? -1 : 1;
}

int compare_magnitude(const Digits& left, const Digits& right) noexcept {
    if (left.point != right.point) {
        return left.point < right.point ? -1 : 1;
    }
    const std::size_t common = std::min(left.size(), right.size());
    for (std::size_t i = 0; i < common; ++i) {
        if (left.at(i) != right.at(i)) {
            return left.at(i) < right.at(i) ? -1 : 1;
        }
    }
    if (left.size() == right.size()) {
        return 0;
    }
    return left.size() < right.size() ? -1 : 1;
}

/// Where the point of a canonical decimal stands, or would.
std::size_t point_of(std::string_view canonical) noexcept {
    return std::min(canonical.find('.'), canonical.size());
}

std::string_view magnitude(std::string_view canonical) noexcept {
    return canonical.substr(canonical.starts_with('-') ? 1 : 0);
}

/// The digits of a canonical decimal without sign and point: `whole` before it, `places` behind it.
std::string aligned(std::string_view canonical, std::size_t whole, std::size_t places) {
    const std::string_view text = magnitude(canonical);
    const std::size_t point = point_of(text);
    std::string digits(whole - point, '0');
    digits += text.substr(0, point);
    digits += text.substr(std::min(point + 1, text.size()));
    digits.append(whole + places - digits.size(), '0');
    return digits;
}

/// Add or take away digits of the same length; the result is not negative and does not overflow.
std::string combine(std::string left, const std::string& right, int sign) {
    int carry = 0;
    for (std::size_t i = left.size(); i-- > 0;) {
        const int digit = (left[i] - '0') + sign * (right[i] - '0') + carry;
        carry = digit < 0 ? -1 : digit / 10;
        left[i] = static_cast<char>('0' + (digit + 10) % 10);
    }
    return left;
}

/// Digits before and behind the point of canonical decimals.
struct Places {
    std::size_t whole = 0;
    std::size_t fraction = 0;
    void hold(std::string_view canonical) noexcept {
        const std::string_view digits = magnitude(canonical);
        const std::size_t point = point_of(digits);
        whole = std::max(whole, point + 1); // a sum may carry
        fraction = std::max(fraction, digits.size() - std::min(point + 1, digits.size()));
    }
};

/// How far two canonical decimals are apart, and whether the second is the larger.
struct Distance {
    bool negative = false;
    std::string digits;
};

Distance distance_of(std::string_view left, std::string_view right, const Places& places) {
    std::string a = aligned(left, places.whole, places.fraction);
    std::string b = aligned(right, places.whole, places.fraction);
    const bool negative = left.starts_with('-');
    if (negative != right.starts_with('-')) {
        return {negative, combine(std::move(a), b, 1)};
    }
    const bool swapped = a < b;
    if (swapped) {
        a.swap(b);
    }
    return {negative != swapped, combine(std::move(a), b, -1)};
}

/// The digits at the ends of two numbers that begin alike, points left out; nullopt if they are
/// anything else or too many for 64 bits.
std::optional<std::int64_t> difference_of_digits(std::string_view left, std::string_view right) {
    constexpr std::size_t most = 18;
    if (left.size() > most) {
        return std::nullopt;
    }
    std::int64_t difference = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (left[i] == '.' && right[i] == '.') {
            continue;
        }
        if (!is_digit(left[i]) || !is_digit(right[i])) {
            return std::nullopt;
        }
        difference = difference * 10 + (left[i] - right[i]);
    }
    return difference;
}

/// Of two numbers of one length that differ in their last digits only, as those of a column do.
std::optional<double> difference_of_ends(std::string_view left, std::string_view right) {
    // These powers of ten are exact in a double.
    constexpr std::array powers{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const std::size_t point = point_of(left);
    const std::size_t places = left.size() - std::min(point + 1, left.size());
    if (left.size() != right.size() || places >= powers.size()) {
        return std::nullopt;
    }
    const auto end = std::mismatch(left.begin(), left.end(), right.begin()).first;
    const auto common = static_cast<std::size_t>(end - left.begin());
    const bool has_exponent = left.substr(0, common).find_first_of("eE") != std::string_view::npos;
    const auto digits = difference_of_digits(left.substr(common), right.substr(common));
    if (has_exponent || !digits) {
        return std::nullopt;
    }
    const double difference = static_cast<double>(*digits) / powers.at(places);
    return left.starts_with('-') && common > 0 ? 0 - difference : difference;
}

} // namespace

bool is_decimal(std::string_view text) noexcept { return split(text).has_value(); }

std::string canonical_decimal(std::string_view text) {
    const auto parts = split(text);
    if (!parts) {
        return std::string(text);
    }
    const Digits digits = significant(*parts);
    if (digits.zero()) {
        return "0";
    }
    std::string all;
    all.reserve(digits.size() + 2);
    all.append(digits.integer_part).append(digits.fraction_part);
    const auto size = static_cast<std::int64_t>(all.size());
    if (digits.point <= 0) {
        all.insert(0, static_cast<std::size_t>(-digits.point), '0').insert(0, "0.");
    } else if (digits.point < size) {
        all.insert(static_cast<std::size_t>(digits.point), 1, '.');
    } else {
        all.append(static_cast<std::size_t>(digits.point - size), '0');
    }
    if (digits.negative) {
        all.insert(0, 1, '-');
    }
    return all;
}

std::string rounded_decimal(std::string_view number, std::int64_t places) {
    std::string canonical = canonical_decimal(number);
    std::string digits(magnitude(canonical));
    const std::size_t whole = point_of(digits);
    digits.erase(whole, 1);
    const std::int64_t kept = static_cast<std::int64_t>(whole) + places;
    if (kept >= static_cast<std::int64_t>(digits.size())) {
        return canonical;
    }
    if (kept < 0) {
        return "0";
    }
    const bool is_up = digits[static_cast<std::size_t>(kept)] >= '5';
    digits.resize(static_cast<std::size_t>(kept));
    if (is_up) {
        const std::size_t nines = digits.size() - (digits.find_last_not_of('9') + 1);
        digits.replace(digits.size() - nines, nines, nines, '0');
        if (nines == digits.size()) {
            digits.insert(0, 1, '1');
        } else {
            ++digits[digits.size() - nines - 1];
        }
    }
    const std::size_t point = whole + digits.size() - static_cast<std::size_t>(kept);
    digits.resize(std::max(digits.size(), point), '0');
    digits.insert(point, 1, '.');
    return canonical_decimal((canonical.starts_with('-') ? "-" : "") + digits);
}

int compare_decimal(std::string_view left, std::string_view right) noexcept {
    const auto left_parts = split(left);
    const auto right_parts = split(right);
    const Rank left_rank = rank_of(left, left_parts.has_value());
    const Rank right_rank = rank_of(right, right_parts.has_value());
    if (left_rank != right_rank) {
        return left_rank < right_rank ? -1 : 1;
    }
    if (left_rank != Rank::number) {
        return left.compare(right) < 0 ? -1 : (left == right ? 0 : 1);
    }
    const Digits a = significant(*left_parts);
    const Digits b = significant(*right_parts);
    if (sign_of(a) != sign_of(b)) {
        return sign_of(a) < sign_of(b) ? -1 : 1;
    }
    return sign_of(a) == 0 ? 0 : sign_of(a) * compare_magnitude(a, b);
}

bool is_decimal_within(std::string_view left, std::string_view right, std::string_view distance) {
    const std::array<std::string, 3> texts{canonical_decimal(left), canonical_decimal(right),
                                           canonical_decimal(distance)};
    Places places;
    for (const std::string& text : texts) {
        if (!is_decimal(text)) {
            return false;
        }
        places.hold(text);
    }
    return distance_of(texts[0], texts[1], places).digits <=
           aligned(texts[2], places.whole, places.fraction);
}

double decimal_difference(std::string_view left, std::string_view right) {
    if (const auto difference = difference_of_ends(left, right)) {
        return *difference;
    }
    const std::string a = canonical_decimal(left);
    const std::string b = canonical_decimal(right);
    Places places;
    places.hold(a);
    places.hold(b);
    Distance distance = distance_of(a, b, places);
    std::string& text = distance.digits;
    const bool is_large = text.find_first_not_of('0') < places.whole;
    text.insert(places.whole, 1, '.');
    double value = is_large ? std::numeric_limits<double>::infinity() : 0;
    std::from_chars(text.data(), text.data() + text.size(), value); // leaves it if out of range
    return distance.negative ? 0 - value : value;
}

} // namespace assay
