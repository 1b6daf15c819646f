// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/calendar.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace assay {
namespace {

constexpr std::string_view line_hint =
    "each line holds a date or a range, such as 2024-12-25 or 2024-12-24..2025-01-01";

std::optional<std::int64_t> day_in(std::string_view text) noexcept {
    const auto parsed = parse_time(trim_ascii(text));
    return parsed && !parsed->has_time ? std::optional(calendar_day(parsed->micros)) : std::nullopt;
}

/// @param place "holidays.txt:3"
DayRange parse_line(std::string_view line, const std::string& place) {
    const auto dots = line.find("..");
    const auto first = day_in(line.substr(0, dots));
    const auto last = dots == std::string_view::npos ? first : day_in(line.substr(dots + 2));
    if (!first || !last) {
        throw Error(ErrorKind::usage, fmt::format("{}: '{}' is not a date", place, line),
                    std::string(line_hint));
    }
    if (*last < *first) {
        throw Error(ErrorKind::usage, fmt::format("{}: '{}' ends before it begins", place, line),
                    std::string(line_hint));
    }
    return {*first, *last};
}

} // namespace

Calendar parse_calendar(std::string_view text, std::string_view name) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark)) {
        text.remove_prefix(byte_order_mark.size());
    }
    Calendar calendar;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = trim_ascii(text.substr(0, end).substr(0, text.find('#')));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.empty()) {
            calendar.push_back(parse_line(line, fmt::format("{}:{}", name, number)));
        }
    }
    return calendar;
}

std::int64_t calendar_day(Micros reading) noexcept {
    const std::int64_t days = reading / micros_per_day;
    return reading % micros_per_day < 0 ? days - 1 : days;
}

bool is_listed(const Calendar& calendar, std::int64_t day) noexcept {
    return std::any_of(calendar.begin(), calendar.end(), [day](const DayRange& range) {
        return range.first <= day && day <= range.last;
    });
}

} // namespace assay
