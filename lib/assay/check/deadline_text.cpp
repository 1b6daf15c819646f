// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/check/deadline.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace assay {
namespace {

constexpr std::array<std::string_view, 7> day_names{"monday", "tuesday",  "wednesday", "thursday",
                                                    "friday", "saturday", "sunday"};

Error refuse(std::string_view word, std::string_view what, std::string hint) {
    return {ErrorKind::usage, fmt::format("'{}' is {}", word, what), std::move(hint)};
}

Error refuse_deadline(std::string_view text) {
    return refuse(text, "not a deadline",
                  "write a time, a time zone and days, such as '07:00 Europe/Berlin mon-fri'");
}

/// The words between blanks.
std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!(text = trim_ascii(text)).empty()) {
        const auto end = std::min(text.find_first_of(" \t"), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return words;
}

/// Two digits, or one in front, up to `most`.
std::optional<int> number_in(std::string_view text, int most) noexcept {
    int number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_whole = failure == std::errc() && end == text.data() + text.size();
    return is_whole && text.size() <= 2 && text.front() != '-' && number <= most
               ? std::optional(number)
               : std::nullopt;
}

/// "07:00", "7:00"; no seconds, nobody promises those.
std::optional<Micros> time_in(std::string_view word) noexcept {
    const auto colon = word.find(':');
    if (colon == std::string_view::npos || colon + 3 != word.size()) {
        return std::nullopt;
    }
    const auto hours = number_in(word.substr(0, colon), 23);
    const auto minutes = number_in(word.substr(colon + 1), 59);
    return hours && minutes
               ? std::optional((Micros{*hours} * 60 + *minutes) * 60 * micros_per_second)
               : std::nullopt;
}

/// The number of the day that a word of three letters or more begins the name of.
std::size_t day_in(std::string_view word) {
    const std::string lower = to_lower_ascii(word);
    for (std::size_t day = 0; day < day_names.size(); ++day) {
        if (lower.size() >= 3 && day_names.at(day).starts_with(lower)) {
            return day;
        }
    }
    throw refuse(word, "not a day of the week",
                 "write mon, tue, wed, thu, fri, sat or sun; ranges with -, lists with ,");
}

/// "mon-fri", "mon,wed", "fri-mon".
std::bitset<7> days_in(std::string_view list) {
    std::bitset<7> days;
    for (bool more = true; more;) {
        const auto comma = list.find(',');
        const std::string_view part = list.substr(0, comma);
        const auto dash = part.find('-');
        std::size_t day = day_in(part.substr(0, dash));
        const std::size_t last =
            dash == std::string_view::npos ? day : day_in(part.substr(dash + 1));
        for (days.set(day); day != last; days.set(day)) {
            day = (day + 1) % days.size();
        }
        more = comma != std::string_view::npos;
        list.remove_prefix(more ? comma + 1 : list.size());
    }
    return days;
}

} // namespace

Deadline parse_deadline(std::string_view text) {
    const auto words = words_of(text);
    if (words.empty() || words.size() > 3) {
        throw refuse_deadline(text);
    }
    const auto time = time_in(words[0]);
    if (!time) {
        throw words.size() == 1 ? refuse_deadline(text)
                                : refuse(words[0], "not a time of day", "from 00:00 to 23:59");
    }
    if (words.size() == 1) {
        throw refuse(text, "without a time zone",
                     fmt::format("name the zone of the clock: '{} Europe/Berlin'", text));
    }
    Deadline deadline;
    deadline.time_of_day = *time;
    deadline.zone = words[1];
    if (!is_known_zone(deadline.zone)) {
        throw refuse(words[1], "not a known time zone",
                     "use a name of the IANA database, such as UTC or Europe/Berlin");
    }
    if (words.size() == 3) {
        deadline.days = days_in(words[2]);
    }
    return deadline;
}

} // namespace assay
