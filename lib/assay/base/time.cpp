// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/time.hpp"

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

#include <array>
#include <bit>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace assay {
namespace {

constexpr Micros infinite_future = std::numeric_limits<Micros>::max();
constexpr Micros infinite_past = std::numeric_limits<Micros>::min();

/// Reads a fixed-form text from left to right.
class Cursor {
public:
    explicit Cursor(std::string_view text) : m_text(text) {}
    bool done() const noexcept { return m_text.empty(); }
    char peek() const noexcept { return m_text.empty() ? '\0' : m_text.front(); }
    bool skip(char expected) noexcept {
        if (peek() != expected || m_text.empty()) {
            return false;
        }
        m_text.remove_prefix(1);
        return true;
    }
    /// Exactly `width` digits, or -1.
    int digits(std::size_t width) noexcept {
        if (m_text.size() < width) {
            return -1;
        }
        int number = 0;
        for (std::size_t i = 0; i < width; ++i) {
            const char c = m_text[i];
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + (c - '0');
        }
        m_text.remove_prefix(width);
        return number;
    }
    /// One to `most` digits as a fraction of a second in microseconds; -1 if there is no digit.
    Micros fraction() noexcept {
        Micros micros = 0;
        std::size_t count = 0;
        while (count < m_text.size() && m_text[count] >= '0' && m_text[count] <= '9') {
            if (count < 6) {
                micros = micros * 10 + (m_text[count] - '0');
            }
            ++count;
        }
        if (count == 0 || count > 9) {
            return -1;
        }
        for (std::size_t i = count; i < 6; ++i) {
            micros *= 10;
        }
        m_text.remove_prefix(count);
        return micros;
    }

private:
    std::string_view m_text;
};

std::optional<Micros> read_date(Cursor& cursor) noexcept {
    const int year = cursor.digits(4);
    if (year < 1 || !cursor.skip('-')) {
        return std::nullopt;
    }
    const int month = cursor.digits(2);
    if (month < 0 || !cursor.skip('-')) {
        return std::nullopt;
    }
    const int day = cursor.digits(2);
    if (day < 0) {
        return std::nullopt;
    }
    const auto date = date::year{year} / date::month{static_cast<unsigned>(month)} /
                      date::day{static_cast<unsigned>(day)};
    if (!date.ok()) {
        return std::nullopt;
    }
    return Micros{date::sys_days{date}.time_since_epoch().count()} * micros_per_day;
}

std::optional<Micros> read_time_of_day(Cursor& cursor) noexcept {
    const int hour = cursor.digits(2);
    if (hour < 0 || hour > 23 || !cursor.skip(':')) {
        return std::nullopt;
    }
    const int minute = cursor.digits(2);
    if (minute < 0 || minute > 59) {
        return std::nullopt;
    }
    Micros time = hour * micros_per_hour + minute * micros_per_minute;
    if (cursor.skip(':')) {
        const int second = cursor.digits(2);
        if (second < 0 || second > 59) {
            return std::nullopt;
        }
        time += second * micros_per_second;
        if (cursor.skip('.')) {
            const Micros fraction = cursor.fraction();
            if (fraction < 0) {
                return std::nullopt;
            }
            time += fraction;
        }
    }
    return time;
}

/// "Z", "+hh", "+hh:mm" or "+hhmm": the offset from UTC.
std::optional<Micros> read_zone(Cursor& cursor) noexcept {
    if (cursor.skip('Z') || cursor.skip('z')) {
        return 0;
    }
    const int sign = cursor.peek() == '-' ? -1 : 1;
    if (!cursor.skip('+') && !cursor.skip('-')) {
        return std::nullopt;
    }
    const int hours = cursor.digits(2);
    if (hours < 0 || hours > 15) {
        return std::nullopt;
    }
    int minutes = 0;
    if (cursor.skip(':') || !cursor.done()) {
        minutes = cursor.digits(2);
        if (minutes < 0 || minutes > 59) {
            return std::nullopt;
        }
    }
    return sign * (hours * micros_per_hour + minutes * micros_per_minute);
}

/// How eight characters differ from a form that has a zero for each digit: a byte is the value of a
/// digit, or zero for a mark that is as the form has it.
std::uint64_t digits_by_form(const char* text, const char* form) noexcept {
    std::uint64_t word = 0;
    std::uint64_t expected = 0;
    std::memcpy(&word, text, sizeof word);
    std::memcpy(&expected, form, sizeof expected);
    return word ^ expected;
}

/// "2024-01-31 12:00:00", what most texts are that hold a time, eight characters at a time.
std::optional<ParsedTime> read_seconds(std::string_view text) noexcept {
    constexpr std::size_t size = std::string_view("2024-01-31 12:00:00").size();
    if (text.size() != size || (text[10] != ' ' && text[10] != 'T') ||
        std::endian::native != std::endian::little) {
        return std::nullopt;
    }
    const std::uint64_t date = digits_by_form(text.data(), "0000-00-");
    const std::uint64_t time = digits_by_form(text.data() + 11, "00:00:00");
    const auto ten = static_cast<std::uint64_t>(text[8] - '0');
    const auto one = static_cast<std::uint64_t>(text[9] - '0');
    // A digit stays below 16 also with six more; separators have no difference at all.
    constexpr std::uint64_t six = 0x0606'0606'0606'0606;
    constexpr std::uint64_t high = 0xf0f0'f0f0'f0f0'f0f0;
    constexpr std::uint64_t date_marks = 0xff00'00ff'0000'0000;
    constexpr std::uint64_t time_marks = 0x0000'ff00'00ff'0000;
    const std::uint64_t wrong = (date & date_marks) | (time & time_marks) |
                                ((date | time | (date + six) | (time + six)) & high);
    if (wrong != 0 || ten > 9 || one > 9) {
        return std::nullopt;
    }
    // Every byte becomes the number that it and the next one make.
    const std::uint64_t dates = date * 10 + (date >> 8U);
    const std::uint64_t times = time * 10 + (time >> 8U);
    const auto pair = [](std::uint64_t pairs, unsigned place) {
        return static_cast<unsigned>(pairs >> (8 * place) & 0xffU);
    };
    const auto year = static_cast<int>(pair(dates, 0) * 100 + pair(dates, 2));
    const auto day = date::year{year} / date::month{pair(dates, 5)} /
                     date::day{static_cast<unsigned>(ten * 10 + one)};
    const unsigned hour = pair(times, 0);
    const unsigned minute = pair(times, 3);
    const unsigned second = pair(times, 6);
    if (year < 1 || !day.ok() || hour > 23 || minute > 59 || second > 59) {
        return std::nullopt;
    }
    const Micros days = date::sys_days{day}.time_since_epoch().count();
    return ParsedTime{days * micros_per_day + hour * micros_per_hour + minute * micros_per_minute +
                          second * micros_per_second,
                      false, true};
}

struct Unit {
    std::string_view name;
    Micros micros;
};

constexpr std::array units{
    Unit{"us", 1},
    Unit{"microsecond", 1},
    Unit{"microseconds", 1},
    Unit{"ms", 1000},
    Unit{"millisecond", 1000},
    Unit{"milliseconds", 1000},
    Unit{"s", micros_per_second},
    Unit{"sec", micros_per_second},
    Unit{"second", micros_per_second},
    Unit{"seconds", micros_per_second},
    Unit{"m", micros_per_minute},
    Unit{"min", micros_per_minute},
    Unit{"minute", micros_per_minute},
    Unit{"minutes", micros_per_minute},
    Unit{"h", micros_per_hour},
    Unit{"hour", micros_per_hour},
    Unit{"hours", micros_per_hour},
    Unit{"d", micros_per_day},
    Unit{"day", micros_per_day},
    Unit{"days", micros_per_day},
    Unit{"w", 7 * micros_per_day},
    Unit{"week", 7 * micros_per_day},
    Unit{"weeks", 7 * micros_per_day},
};

void skip_blanks(std::string_view& text) noexcept {
    while (!text.empty() && text.front() == ' ') {
        text.remove_prefix(1);
    }
}

/// One number with its unit, taken off the front of `text`.
std::optional<Micros> take_duration_part(std::string_view& text) noexcept {
    Micros count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || count < 0) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    skip_blanks(text);
    std::size_t length = 0;
    while (length < text.size() && text[length] >= 'a' && text[length] <= 'z') {
        ++length;
    }
    for (const auto& unit : units) {
        if (unit.name == text.substr(0, length)) {
            text.remove_prefix(length);
            Micros micros = 0;
            if (__builtin_mul_overflow(count, unit.micros, &micros)) {
                return std::nullopt;
            }
            return micros;
        }
    }
    return std::nullopt;
}

std::string format_fraction(Micros micros) {
    if (micros == 0) {
        return {};
    }
    auto text = fmt::format(".{:06}", micros);
    text.erase(text.find_last_not_of('0') + 1);
    return text;
}

Micros floor_days(Micros micros) noexcept {
    Micros days = micros / micros_per_day;
    return days * micros_per_day > micros ? days - 1 : days;
}

/// Not by the days times their length, which can overflow at the far ends.
Micros since_midnight(Micros micros) noexcept {
    const Micros rest = micros % micros_per_day;
    return rest < 0 ? rest + micros_per_day : rest;
}

std::optional<std::string> format_infinite(Micros micros) {
    if (micros == infinite_future) {
        return "infinity";
    }
    if (micros == infinite_past) {
        return "-infinity";
    }
    return std::nullopt;
}

std::string format_date_time(Micros micros, char separator, std::string_view zone) {
    auto date = format_date(floor_days(micros));
    const bool before_christ = date.ends_with(" BC");
    if (before_christ) {
        date.erase(date.size() - 3);
    }
    return fmt::format("{}{}{}{}{}", date, separator, format_time_of_day(since_midnight(micros)),
                       zone, before_christ ? " BC" : "");
}

const date::time_zone* find_zone(const std::string& zone) noexcept {
    try {
        return date::locate_zone(zone);
    } catch (const std::runtime_error&) {
        return nullptr;
    }
}

} // namespace

std::optional<ParsedTime> parse_time(std::string_view text) noexcept {
    if (const auto usual = read_seconds(text)) {
        return usual;
    }
    Cursor cursor(text);
    const auto day = read_date(cursor);
    if (!day) {
        return std::nullopt;
    }
    ParsedTime parsed{*day, false, false};
    if (cursor.done()) {
        return parsed;
    }
    if (!cursor.skip(' ') && !cursor.skip('T')) {
        return std::nullopt;
    }
    const auto time = read_time_of_day(cursor);
    if (!time) {
        return std::nullopt;
    }
    parsed.micros += *time;
    parsed.has_time = true;
    if (cursor.done()) {
        return parsed;
    }
    cursor.skip(' ');
    const auto offset = read_zone(cursor);
    if (!offset || !cursor.done()) {
        return std::nullopt;
    }
    parsed.micros -= *offset;
    parsed.has_zone = true;
    return parsed;
}

std::optional<Micros> parse_duration(std::string_view text) noexcept {
    Micros total = 0;
    skip_blanks(text);
    if (text.empty()) {
        return std::nullopt;
    }
    while (!text.empty()) {
        const auto part = take_duration_part(text);
        if (!part || __builtin_add_overflow(total, *part, &total)) {
            return std::nullopt;
        }
        skip_blanks(text);
    }
    return total;
}

std::string format_instant(Micros micros) {
    const auto infinite = format_infinite(micros);
    return infinite ? *infinite : format_date_time(micros, 'T', "Z");
}

std::string format_timestamp(Micros micros) {
    const auto infinite = format_infinite(micros);
    return infinite ? *infinite : format_date_time(micros, ' ', "");
}

std::string format_date(std::int64_t days) {
    if (const auto infinite = format_infinite(days)) {
        return *infinite;
    }
    // date::year holds 16 bits; Postgres dates reach the year 5874897. The Gregorian calendar
    // repeats every 400 years, which are 146097 days.
    constexpr std::int64_t days_per_era = 146'097;
    std::int64_t era = days / days_per_era;
    std::int64_t rest = days % days_per_era;
    if (rest < 0) {
        rest += days_per_era;
        --era;
    }
    const date::year_month_day ymd{date::sys_days{date::days{static_cast<date::days::rep>(rest)}}};
    const std::int64_t year = std::int64_t{int{ymd.year()}} + era * 400;
    const auto month = static_cast<unsigned>(ymd.month());
    const auto day = static_cast<unsigned>(ymd.day());
    if (year > 0) {
        return fmt::format("{:04}-{:02}-{:02}", year, month, day);
    }
    return fmt::format("{:04}-{:02}-{:02} BC", 1 - year, month, day);
}

std::string format_time_of_day(Micros micros) {
    const Micros seconds = micros / micros_per_second;
    return fmt::format("{:02}:{:02}:{:02}{}", seconds / 3600, seconds / 60 % 60, seconds % 60,
                       format_fraction(micros % micros_per_second));
}

std::string format_duration(Micros micros) {
    if (const auto infinite = format_infinite(micros)) {
        return *infinite;
    }
    if (micros < 0) {
        return "-" + format_duration(-micros);
    }
    struct Step {
        Micros micros;
        std::string_view name;
    };
    static constexpr std::array steps{Step{micros_per_day, "d"}, Step{micros_per_hour, "h"},
                                      Step{micros_per_minute, "min"}, Step{micros_per_second, "s"}};
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (micros < steps.at(i).micros) {
            continue;
        }
        auto text = fmt::format("{} {}", micros / steps.at(i).micros, steps.at(i).name);
        if (i + 1 < steps.size()) {
            const auto& smaller = steps.at(i + 1);
            const Micros rest = micros % steps.at(i).micros / smaller.micros;
            text += rest == 0 ? std::string{} : fmt::format(" {} {}", rest, smaller.name);
        }
        return text;
    }
    return micros < 1000 ? (micros == 0 ? "0 s" : fmt::format("{} us", micros))
                         : fmt::format("{} ms", micros / 1000);
}

Micros system_now() noexcept {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::optional<Micros> local_to_utc(Micros local, const std::string& zone) {
    const auto* found = find_zone(zone);
    if (found == nullptr) {
        return std::nullopt;
    }
    const date::local_time<std::chrono::microseconds> reading{std::chrono::microseconds{local}};
    return found->to_sys(reading, date::choose::earliest).time_since_epoch().count();
}

std::optional<Micros> utc_to_local(Micros instant, const std::string& zone) {
    const auto* found = find_zone(zone);
    if (found == nullptr) {
        return std::nullopt;
    }
    const date::sys_time<std::chrono::microseconds> moment{std::chrono::microseconds{instant}};
    return found->to_local(moment).time_since_epoch().count();
}

bool is_known_zone(const std::string& zone) { return find_zone(zone) != nullptr; }

} // namespace assay
