// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/uuid.hpp"

namespace assay {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

/// The value of a hexadecimal digit; npos of any other character.
std::size_t digit_of(char c) noexcept {
    return digits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
}

} // namespace

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
