// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "values.hpp"

#include "assay/base/decimal.hpp"
#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>

namespace assay::cli {

namespace {

Error refuse(std::string_view flag, std::string_view text, std::string_view what,
             std::string hint) {
    return {ErrorKind::usage, fmt::format("{}: '{}' is {}", flag, text, what), std::move(hint)};
}

constexpr std::string_view duration_hint = "write a number with a unit, such as 90s, 15m or 1d12h";

std::optional<double> size_unit(std::string_view unit) {
    static constexpr std::array<std::pair<std::string_view, double>, 10> units{{
        {"b", 1.0},
        {"kb", 1e3},
        {"mb", 1e6},
        {"gb", 1e9},
        {"tb", 1e12},
        {"kib", 1024.0},
        {"mib", 1048576.0},
        {"gib", 1073741824.0},
        {"tib", 1099511627776.0},
        {"byte", 1.0},
    }};
    for (const auto& [name, factor] : units) {
        if (name == unit) {
            return factor;
        }
    }
    return std::nullopt;
}

/// One name in double quotes, `at` just behind the first one. Leaves `at` behind the last one.
std::optional<std::string> take_quoted(std::string_view text, std::size_t& at) {
    std::string name;
    while (at < text.size()) {
        if (text[at] != '"') {
            name += text[at++];
        } else if (text.substr(at, 2) == "\"\"") {
            name += '"';
            at += 2;
        } else {
            ++at;
            return name;
        }
    }
    return std::nullopt;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
    while (at < text.size() && text[at] == ' ') {
        ++at;
    }
    return at;
}

/// One name up to the next `stop`, where `at` ends. nullopt: not a name.
std::optional<std::string> take_name(std::string_view text, std::size_t& at, char stop = ',') {
    at = skip_blanks(text, at);
    if (at < text.size() && text[at] == '"') {
        ++at;
        auto name = take_quoted(text, at);
        at = skip_blanks(text, at);
        const bool ended = at == text.size() || text[at] == stop;
        return ended ? name : std::nullopt;
    }
    const std::size_t end = std::min(text.find(stop, at), text.size());
    const std::string_view name = trim_ascii(text.substr(at, end - at));
    at = end;
    // A quote inside a plain name is a slip of the shell, not a name.
    return name.find('"') == std::string_view::npos ? std::optional<std::string>(name)
                                                    : std::nullopt;
}

/// Where the last colon is that stands outside double quotes, in which names may hold anything;
/// npos if there is none, or a slash behind it, which is of a URL or a path: no table is named.
std::size_t find_colon_before_table(std::string_view text) {
    bool is_quoted = false;
    for (std::size_t i = text.size(); i-- > 0;) {
        if (text[i] == '"') {
            is_quoted = !is_quoted;
        } else if (!is_quoted && text[i] == ':') {
            return i;
        } else if (!is_quoted && text[i] == '/') {
            return std::string_view::npos;
        }
    }
    return std::string_view::npos;
}

} // namespace

std::string parse_text(std::string_view flag, const std::string& text) {
    if (text.empty()) {
        throw Error(ErrorKind::usage, fmt::format("{}: the value is empty", flag),
                    "is a variable of the script not set?");
    }
    return text;
}

Micros parse_age(std::string_view flag, const std::string& text) {
    if (const auto micros = parse_duration(text)) {
        return *micros;
    }
    throw refuse(flag, text, "not a duration", std::string(duration_hint));
}

Escalation parse_escalation(std::string_view flag, const std::string& text) {
    const auto equals = text.find("x=");
    double factor = 0;
    const char* const end = text.data() + std::min(equals, text.size());
    const auto [stop, failure] = std::from_chars(text.data(), end, factor);
    const auto severity =
        equals == std::string::npos ? std::nullopt : parse_severity(text.substr(equals + 2));
    if (failure != std::errc() || stop != end || !(factor >= 1) || factor > 1e6 || !severity) {
        throw refuse(flag, text, "not a factor and a severity",
                     "write a factor from 1 on and a severity, such as 2x=critical");
    }
    return {factor, *severity};
}

Slo parse_promise(std::string_view flag, const std::string& text) {
    if (const auto slo = parse_slo(text)) {
        return *slo;
    }
    throw refuse(flag, text, "not a promise",
                 "write a percentage below 100 and a time from 1h to ten years, such as 99.5%/30d");
}

Deadline parse_by_time(std::string_view flag, const std::string& text) {
    try {
        return parse_deadline(text);
    } catch (const Error& error) {
        throw Error(error.kind(), fmt::format("{}: {}", flag, error.what()), error.hint());
    }
}

Calendar read_calendar(std::string_view flag, const std::string& path) {
    errno = 0;
    std::ifstream file(parse_text(flag, path), std::ios::binary);
    std::ostringstream text;
    if (!file || (file.peek() != std::ifstream::traits_type::eof() && !(text << file.rdbuf())) ||
        file.bad()) {
        const auto why = std::generic_category().message(errno);
        throw Error(ErrorKind::usage, fmt::format("{}: could not read '{}': {}", flag, path, why),
                    "name a text file with a date in each line, such as 2024-12-25");
    }
    try {
        return parse_calendar(text.str(), path);
    } catch (const Error& error) {
        throw Error(error.kind(), fmt::format("{}: {}", flag, error.what()), error.hint());
    }
}

Micros parse_past(std::string_view flag, const std::string& text) {
    constexpr Micros least = 3600 * micros_per_second;
    constexpr Micros most = 3660 * micros_per_day;
    const Micros past = parse_age(flag, text);
    if (past < least || past > most) {
        throw refuse(flag, text, "too short or too long", "from 1h to ten years: 30d");
    }
    return past;
}

Micros parse_retention(std::string_view flag, const std::string& text) {
    const Micros kept = parse_age(flag, text);
    if (kept < micros_per_second) {
        throw refuse(flag, text, "too short", "say how long rows are kept: 90d");
    }
    return kept;
}

std::chrono::milliseconds parse_limit(std::string_view flag, const std::string& text) {
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    const std::int64_t millis = parse_age(flag, text) / 1000;
    if (millis < 1) {
        throw refuse(flag, text, "too short", "the shortest limit is 1ms; there is no 'unlimited'");
    }
    if (millis > most) {
        throw refuse(flag, text, "too long", "the longest limit is 24d");
    }
    return std::chrono::milliseconds(millis);
}

std::size_t parse_size(std::string_view flag, const std::string& text) {
    constexpr double least = 65536.0;
    constexpr double most = 1125899906842624.0; // 1 PiB
    const std::string hint = "write a number with a unit, such as 256MiB or 1GB";
    double number = 0;
    const char* const end = text.data() + text.size();
    const auto [unit_begin, failure] = std::from_chars(text.data(), end, number);
    const auto unit = size_unit(
        to_lower_ascii(trim_ascii({unit_begin, static_cast<std::size_t>(end - unit_begin)})));
    if (failure != std::errc() || !std::isfinite(number) || !unit) {
        throw refuse(flag, text, "not a size", hint);
    }
    const double bytes = number * *unit;
    if (!(bytes >= least) || bytes > most) {
        throw refuse(flag, text, "out of range", "the least is 64KiB, the most 1024TiB");
    }
    return static_cast<std::size_t>(bytes);
}

std::size_t parse_whole(std::string_view flag, const std::string& text, std::size_t least,
                        std::size_t most) {
    std::size_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, number);
    if (failure != std::errc() || stop != end || number < least || number > most) {
        throw refuse(flag, text, fmt::format("not a whole number from {} to {}", least, most),
                     fmt::format("for example {} {}", flag, std::max<std::size_t>(least, 4)));
    }
    return number;
}

unsigned parse_percent(std::string_view flag, const std::string& text) {
    const bool has_sign = text.ends_with('%');
    return static_cast<unsigned>(
        parse_whole(flag, has_sign ? text.substr(0, text.size() - 1) : text, 1, 100));
}

Tolerance parse_share(std::string_view flag, const std::string& text) {
    if (const auto tolerance = parse_tolerance(text)) {
        return *tolerance;
    }
    throw refuse(flag, text, "neither a number of rows nor a share",
                 fmt::format("for example {0} 100 or {0} 0.5%", flag));
}

Micros parse_instant(std::string_view flag, const std::string& text) {
    const auto parsed = parse_time(text);
    if (!parsed) {
        throw refuse(flag, text, "not a timestamp",
                     fmt::format("for example {} 2026-01-31T06:00:00Z", flag));
    }
    if (!parsed->has_zone) {
        const std::string_view time = parsed->has_time ? "" : "T00:00:00";
        throw refuse(flag, text, "without a time zone",
                     fmt::format("add Z for UTC, or an offset: {0}{1}Z, {0}{1}+01:00", text, time));
    }
    return parsed->micros;
}

double parse_probability(std::string_view flag, const std::string& text) {
    double probability = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, probability);
    if (failure != std::errc() || stop != end || !(probability > 0) || probability > 1) {
        throw refuse(flag, text, "not a probability",
                     "write a number above 0 and up to 1, such as 0.95");
    }
    return probability;
}

OtherTable parse_other_table(std::string_view flag, const std::string& text) {
    const std::size_t colon = find_colon_before_table(text);
    const std::string table = colon == std::string::npos ? "" : text.substr(colon + 1);
    if (colon == 0 || table.empty()) {
        throw refuse(flag, text, "not a database and a table",
                     "write both with a colon between them, such as crm.db:contacts");
    }
    return {text.substr(0, colon), table};
}

std::string parse_zone(std::string_view flag, const std::string& text) {
    if (!is_known_zone(text)) {
        throw refuse(flag, text, "not a known time zone",
                     "use a name of the IANA database, such as UTC or Europe/Berlin");
    }
    return text;
}

std::vector<std::string> parse_names(std::string_view flag, const std::string& text) {
    std::vector<std::string> names;
    std::size_t at = 0;
    while (true) {
        auto name = take_name(text, at);
        if (!name || name->empty()) {
            throw refuse(
                flag, text, "not a list of columns",
                fmt::format("for example {0} a,b; a name with a comma or a quote goes into "
                            "double quotes: {0} '\"a,b\",c'",
                            flag));
        }
        names.push_back(std::move(*name));
        if (at >= text.size()) {
            return names;
        }
        ++at;
    }
}

ColumnWords parse_column_words(std::string_view flag, const std::string& text) {
    std::size_t at = 0;
    auto column = take_name(text, at, ':');
    if (at >= text.size()) {
        return {std::nullopt, parse_names(flag, text)};
    }
    const std::string words = text.substr(at + 1);
    if (!column || column->empty() || trim_ascii(words).empty()) {
        throw refuse(flag, text, "not a column and words about it",
                     fmt::format("for example {0} email:case,trim; a name with a colon or a quote "
                                 "goes into double quotes: {0} '\"a:b\":case'",
                                 flag));
    }
    return {std::move(column), parse_names(flag, words)};
}

ColumnMap parse_column_map(std::string_view flag, const std::string& text) {
    std::size_t at = 0;
    const auto a = take_name(text, at, ':');
    const bool has_both = at < text.size();
    ++at;
    const auto b = has_both ? take_name(text, at, ':') : std::nullopt;
    if (!a || !b || a->empty() || b->empty() || at < text.size()) {
        throw refuse(flag, text, "not two columns",
                     fmt::format("write the name on side A and that on side B: {0} amount:total; a "
                                 "name with a colon goes into double quotes",
                                 flag));
    }
    return {*a, *b};
}

ColumnTolerance parse_column_tolerance(std::string_view flag, const std::string& text) {
    std::size_t at = 0;
    const auto name = take_name(text, at, '=');
    const std::string value(
        trim_ascii(std::string_view(text).substr(std::min(at + 1, text.size()))));
    const bool is_number = is_decimal(value) && !value.starts_with('-');
    const auto time = is_number ? std::nullopt : parse_duration(value);
    if (!name || name->empty() || (!is_number && !time)) {
        throw refuse(flag, text, "not a column and a tolerance",
                     fmt::format("for example {0} amount=0.01 or {0} created_at=1ms", flag));
    }
    return {*name, value, {is_number ? canonical_decimal(value) : "", time.value_or(0)}};
}

TableMetric parse_metric(std::string_view flag, const std::string& text) {
    std::vector<std::size_t> dots;
    bool is_quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        is_quoted = is_quoted != (text[i] == '"');
        if (text[i] == '.' && !is_quoted) {
            dots.push_back(i);
        }
    }
    if (dots.size() < 2 || is_quoted || dots.front() == 0) {
        throw refuse(flag, text, "not a table, a column and a metric",
                     fmt::format("for example {} orders.amount.null_fraction", flag));
    }
    const std::size_t last = dots.back();
    const std::size_t before = dots[dots.size() - 2];
    const std::string column = text.substr(before + 1, last - before - 1);
    std::size_t at = 0;
    const auto name = take_name(column, at, '.');
    if (!name || name->empty() || at < column.size()) {
        throw refuse(flag, text, "not a table, a column and a metric",
                     "a name with a dot goes into double quotes");
    }
    const std::string metric = text.substr(last + 1);
    const auto choices = column_metric_names();
    if (std::find(choices.begin(), choices.end(), metric) == choices.end()) {
        refuse_choice(flag, metric, choices);
    }
    return {text.substr(0, before), {*name, metric}};
}

void refuse_choice(std::string_view flag, const std::string& text,
                   const std::vector<std::string>& choices) {
    std::string hint = did_you_mean(text, choices);
    throw refuse(flag, text, fmt::format("not one of {}", fmt::join(choices, ", ")),
                 std::move(hint));
}

} // namespace assay::cli
