// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "reference_text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace assay::test {
namespace {

/// White_Space of the Unicode character database.
constexpr std::array<std::int32_t, 25> white_space{
    0x09,   0x0a,   0x0b,   0x0c,   0x0d,   0x20,   0x85,   0xa0,   0x1680,
    0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008,
    0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000};

/// A row of table 3-7 of the Unicode standard: well-formed sequences by their first two bytes.
struct Form {
    int first, last;        ///< of the first byte
    int second, second_end; ///< of the second byte
    std::size_t size;
    int mask; ///< of the bits of the first byte that count
};
constexpr std::array forms{
    Form{0x00, 0x7f, 0, 0, 1, 0x7f},       Form{0xc2, 0xdf, 0x80, 0xbf, 2, 0x1f},
    Form{0xe0, 0xe0, 0xa0, 0xbf, 3, 0x0f}, Form{0xe1, 0xec, 0x80, 0xbf, 3, 0x0f},
    Form{0xed, 0xed, 0x80, 0x9f, 3, 0x0f}, Form{0xee, 0xef, 0x80, 0xbf, 3, 0x0f},
    Form{0xf0, 0xf0, 0x90, 0xbf, 4, 0x07}, Form{0xf1, 0xf3, 0x80, 0xbf, 4, 0x07},
    Form{0xf4, 0xf4, 0x80, 0x8f, 4, 0x07}};

int byte_at(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : -1;
}

bool is_within(int value, int first, int last) { return value >= first && value <= last; }

std::optional<std::int32_t> decode(std::string_view text, const Form& form) {
    if (!is_within(byte_at(text, 0), form.first, form.last) ||
        (form.size > 1 && !is_within(byte_at(text, 1), form.second, form.second_end))) {
        return std::nullopt;
    }
    std::int32_t code_point = byte_at(text, 0) & form.mask;
    for (std::size_t i = 1; i < form.size; ++i) {
        if (!is_within(byte_at(text, i), 0x80, 0xbf)) {
            return std::nullopt;
        }
        code_point = code_point * 64 + (byte_at(text, i) & 0x3f);
    }
    return code_point;
}

} // namespace

ReferenceText look_at(std::string_view text) {
    ReferenceText look;
    while (!text.empty()) {
        std::size_t size = 1;
        std::int32_t code_point = -1;
        for (const Form& form : forms) {
            if (const auto decoded = decode(text, form)) {
                code_point = *decoded;
                size = form.size;
            }
        }
        ++look.code_points;
        look.valid = look.valid && code_point >= 0;
        look.blank = look.blank && std::find(white_space.begin(), white_space.end(), code_point) !=
                                       white_space.end();
        text.remove_prefix(size);
    }
    return look;
}

std::string from_hex(std::string_view digits) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        bytes.push_back(
            static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
    }
    return bytes;
}

} // namespace assay::test
