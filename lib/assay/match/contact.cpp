// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/contact.hpp"

#include "assay/base/text.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace assay {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::string digits_of(std::string_view text) {
    std::string digits;
    std::copy_if(text.begin(), text.end(), std::back_inserter(digits), is_digit);
    return digits;
}

} // namespace

bool looks_like_email(std::string_view text) noexcept {
    const std::size_t at = text.find('@');
    return at != std::string_view::npos && at > 0 &&
           text.find('@', at + 1) == std::string_view::npos &&
           text.find('.', at + 2) != std::string_view::npos && text.back() != '.' &&
           text.find_first_of(" \t\n,;") == std::string_view::npos;
}

bool looks_like_phone(std::string_view text) noexcept {
    constexpr std::string_view signs = " \t+-./()";
    constexpr std::ptrdiff_t fewest = 7;
    constexpr std::ptrdiff_t most = 17; // 15 of E.164 and an international prefix
    const auto digits = std::count_if(text.begin(), text.end(), is_digit);
    return digits >= fewest && digits <= most && std::all_of(text.begin(), text.end(), [&](char c) {
               return is_digit(c) || signs.find(c) != std::string_view::npos;
           });
}

std::string folded_email(std::string_view text) {
    const std::string_view trimmed = trim_ascii(text);
    if (!looks_like_email(trimmed)) {
        return std::string(text);
    }
    std::string lower = to_lower_ascii(trimmed);
    const std::size_t at = lower.find('@');
    const std::string domain = lower.substr(at + 1);
    if (domain != "gmail.com" && domain != "googlemail.com") {
        return lower;
    }
    std::string user = lower.substr(0, std::min(at, lower.find('+')));
    user.erase(std::remove(user.begin(), user.end(), '.'), user.end());
    return user.empty() ? lower : user + "@gmail.com";
}

std::string folded_phone(std::string_view text) {
    constexpr std::size_t with_country = 11;
    if (!looks_like_phone(text)) {
        return std::string(text);
    }
    std::string digits = digits_of(text);
    while (digits.starts_with("00")) {
        digits.erase(0, 2);
    }
    if (digits.size() == with_country && digits.front() == '1') {
        digits.erase(0, 1);
    }
    return digits;
}

std::string only_digits(std::string_view text) {
    std::string digits = digits_of(text);
    return digits.empty() ? std::string(text) : digits;
}

} // namespace assay
