// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/text.hpp"

#include "assay/base/unicode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace assay {
namespace {

/// Letters and marks that leave nothing to see: joiners, fillers, vowel separators.
bool is_blank_filler(std::int32_t code_point) noexcept {
    return code_point == 0x34F || code_point == 0x115F || code_point == 0x1160 ||
           code_point == 0x17B4 || code_point == 0x17B5 || code_point == 0x180E ||
           code_point == 0x3164 || code_point == 0xFFA0;
}

/// Characters that move, hide or reorder what a terminal shows.
bool is_dangerous(std::int32_t code_point) noexcept {
    return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) || // C0, DEL, C1
           code_point == 0xAD || code_point == 0x61C ||                      // soft hyphen, ALM
           is_blank_filler(code_point) ||
           (code_point >= 0x200B && code_point <= 0x200F) || // zero width, marks
           (code_point >= 0x2028 && code_point <= 0x202E) || // separators, bidi
           (code_point >= 0x2060 && code_point <= 0x206F) || // invisible operators
           code_point == 0xFEFF || (code_point >= 0xFFF9 && code_point <= 0xFFFB) ||
           (code_point >= 0xE0000 && code_point <= 0xE0FFF); // tags
}

void append_escape(std::int32_t code_point, std::string& out) {
    switch (code_point) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
    }
    if (code_point < 0x100) {
        fmt::format_to(std::back_inserter(out), "\\x{:02x}", code_point);
    } else if (code_point < 0x10000) {
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", code_point);
    } else {
        fmt::format_to(std::back_inserter(out), "\\U{:08x}", code_point);
    }
}

bool is_plain_identifier_byte(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || (static_cast<unsigned char>(c) >= 0x80) || c == '-' || c == ' ' || c == '\\';
}

struct Scale {
    double size;
    std::string_view name;
};

std::string trim_zeros(std::string text) {
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.ends_with('.')) {
            text.pop_back();
        }
    }
    return text;
}

std::string insert_separators(std::string digits) {
    const std::size_t sign = digits.starts_with('-') ? 1 : 0;
    for (std::size_t position = digits.size(); position > sign + 3;) {
        position -= 3;
        digits.insert(position, 1, ',');
    }
    return digits;
}

} // namespace

std::string escape_text(std::string_view untrusted) {
    std::string out;
    out.reserve(untrusted.size());
    while (!untrusted.empty()) {
        const CodePoint next = next_code_point(untrusted);
        if (next.value < 0) {
            append_escape(static_cast<unsigned char>(untrusted.front()), out);
        } else if (is_dangerous(next.value) && !joins_emoji(out, untrusted)) {
            append_escape(next.value, out);
        } else {
            out.append(untrusted.substr(0, next.size));
        }
        untrusted.remove_prefix(next.size);
    }
    return out;
}

std::string display_identifier(std::string_view untrusted) {
    auto text = escape_text(untrusted);
    const bool plain = !text.empty() && !text.starts_with(' ') && !text.ends_with(' ') &&
                       std::all_of(text.begin(), text.end(), is_plain_identifier_byte);
    if (plain) {
        return text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        quoted.append(c == '"' ? 2 : 1, c);
    }
    return quoted + '"';
}

std::string pad_right(std::string_view text, std::size_t width) {
    const std::size_t used = display_width(text);
    return std::string(text) + std::string(width > used ? width - used : 0, ' ');
}

std::string pad_left(std::string_view text, std::size_t width) {
    const std::size_t used = display_width(text);
    return std::string(width > used ? width - used : 0, ' ') + std::string(text);
}

std::string group_digits(std::int64_t number) { return insert_separators(std::to_string(number)); }

std::string format_bytes(std::int64_t bytes) {
    static constexpr std::array scales{Scale{1e15, "PB"}, Scale{1e12, "TB"}, Scale{1e9, "GB"},
                                       Scale{1e6, "MB"}, Scale{1e3, "kB"}};
    const auto size = static_cast<double>(bytes);
    for (const auto& scale : scales) {
        if (size >= scale.size * 0.9995) {
            const double amount = size / scale.size;
            return fmt::format("{:.{}f} {}", amount, amount < 99.95 ? 1 : 0, scale.name);
        }
    }
    return fmt::format("{} B", bytes);
}

std::string format_double(double number) {
    if (std::isnan(number)) {
        return "NaN";
    }
    if (std::isinf(number)) {
        return number > 0 ? "Infinity" : "-Infinity";
    }
    return fmt::format("{}", number == 0 ? 0.0 : number);
}

std::string format_brief(double number) {
    if (!std::isfinite(number)) {
        return format_double(number);
    }
    const double size = std::fabs(number);
    if (size != 0 && (size >= 1e15 || size < 1e-4)) {
        return fmt::format("{:.3g}", number);
    }
    // From here on four digits are whole ones: 999.96 is 1,000.
    if (size >= 999.95) {
        return insert_separators(fmt::format("{:.0f}", number));
    }
    if (size == 0) {
        return "0";
    }
    const int digits = 3 - static_cast<int>(std::floor(std::log10(size)));
    return trim_zeros(fmt::format("{:.{}f}", number, std::clamp(digits, 0, 8)));
}

std::string format_percent(double fraction) {
    const double percent = fraction * 100;
    if (percent > 0 && percent < 0.01) {
        return "<0.01 %";
    }
    if (percent < 100 && percent > 99.99) {
        return ">99.99 %";
    }
    return trim_zeros(fmt::format("{:.{}f}", percent, percent < 10 || percent > 99 ? 2 : 1)) + " %";
}

std::string count_of(std::int64_t count, std::string_view singular, std::string_view plural) {
    if (count == 1) {
        return fmt::format("1 {}", singular);
    }
    return plural.empty() ? fmt::format("{} {}s", group_digits(count), singular)
                          : fmt::format("{} {}", group_digits(count), plural);
}

std::string join_and(const std::vector<std::string>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) {
            text += i + 1 == words.size() ? " and " : ", ";
        }
        text += words[i];
    }
    return text;
}

std::string to_lower_ascii(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return lower;
}

std::string_view trim_ascii(std::string_view text) noexcept {
    static constexpr std::string_view blanks = " \t\n\r\f\v";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

} // namespace assay
