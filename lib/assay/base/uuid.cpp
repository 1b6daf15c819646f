// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/uuid.hpp"

#include "assay/base/endian.hpp"

#include <cstdint>

namespace assay {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

/// The value of a hexadecimal digit; npos of any other character.
std::size_t digit_of(char c) noexcept {
    return digits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
}

/// Are all eight bytes of a word one of 0 to 9 and a to f? Sums of bytes below 128 do not reach the
/// next byte, and their highest bit tells whether they are that large.
bool are_digits(std::uint64_t word) noexcept {
    constexpr std::uint64_t ones = 0x0101'0101'0101'0101;
    constexpr std::uint64_t high = 0x80 * ones;
    const auto from = [word](char least) {
        return word + (0x80 - static_cast<std::uint64_t>(least)) * ones;
    };
    const std::uint64_t decimal = from('0') & ~from('9' + 1);
    const std::uint64_t letter = from('a') & ~from('f' + 1);
    return (word & high) == 0 && ((decimal | letter) & high) == high;
}

} // namespace

bool is_canonical_uuid(std::string_view text) noexcept {
    constexpr std::size_t size = std::string_view("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx").size();
    if (text.size() != size) {
        return false;
    }
    const char* const c = text.data();
    const auto both = [c](std::size_t one, std::size_t other) {
        return load_little<std::uint32_t>(c + one) |
               std::uint64_t{load_little<std::uint32_t>(c + other)} << 32U;
    };
    return c[8] == '-' && c[13] == '-' && c[18] == '-' && c[23] == '-' &&
           are_digits(load_little<std::uint64_t>(c)) && are_digits(both(9, 14)) &&
           are_digits(both(19, 24)) && are_digits(load_little<std::uint64_t>(c + 28));
}

std::optional<UuidBytes> parse_uuid(std::string_view text) noexcept {
    constexpr std::size_t nibbles_of_group = 4;
    text = text.substr(0, text.find_last_not_of(' ') + 1);
    if (text.starts_with('{')) {
        if (!text.ends_with('}')) {
            return std::nullopt;
        }
        text = text.substr(1, text.size() - 2);
    }
    UuidBytes bytes{};
    std::size_t nibbles = 0;
    bool may_be_hyphen = false;
    for (const char c : text) {
        if (c == '-' && may_be_hyphen) {
            may_be_hyphen = false;
            continue;
        }
        const std::size_t digit = digit_of(c);
        if (digit == std::string_view::npos || nibbles == 2 * uuid_size) {
            return std::nullopt;
        }
        char& byte = bytes.at(nibbles / 2);
        byte = static_cast<char>(static_cast<unsigned char>(byte) << 4U | digit);
        ++nibbles;
        may_be_hyphen = nibbles % nibbles_of_group == 0 && nibbles < 2 * uuid_size;
    }
    return nibbles == 2 * uuid_size ? std::optional(bytes) : std::nullopt;
}

std::string format_uuid(std::string_view bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            text.push_back('-');
        }
        const auto byte = static_cast<unsigned char>(bytes[i]);
        text.push_back(digits[byte >> 4U]);
        text.push_back(digits[byte & 0xfU]);
    }
    return text;
}

} // namespace assay
