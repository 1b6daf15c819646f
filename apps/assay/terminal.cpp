// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "terminal.hpp"

#include "assay/base/text.hpp"

#include "choices.hpp"

#include <charconv>
#include <string>

#include <sys/ioctl.h>
#include <unistd.h>

namespace assay::cli {

namespace {

/// The value of a variable, "" when it is not set: an empty one counts as not set everywhere here.
std::string value_of(const Environment& environment, const std::string& name) {
    return environment(name).value_or("");
}

bool is_forced(const Environment& environment, const std::string& name) {
    const std::string value = value_of(environment, name);
    return !value.empty() && value != "0" && value != "false";
}

Colour automatic_colour(const Environment& environment, Target target) {
    if (!value_of(environment, "NO_COLOR").empty()) {
        return Colour::off;
    }
    if (is_forced(environment, "CLICOLOR_FORCE") || is_forced(environment, "FORCE_COLOR")) {
        return Colour::on;
    }
    if (value_of(environment, "TERM") == "dumb") {
        return Colour::off;
    }
    return target == Target::terminal ? Colour::on : Colour::off;
}

} // namespace

Target target_of(int descriptor) noexcept {
    return isatty(descriptor) == 1 ? Target::terminal : Target::other;
}

std::optional<std::size_t> terminal_columns(int descriptor) noexcept {
    winsize size{};
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return std::nullopt;
    }
    return size.ws_col;
}

Colour choose_colour(std::optional<When> flag, const Environment& environment, Target target) {
    const std::string variable = value_of(environment, "ASSAY_COLOR");
    if (!flag && !variable.empty()) {
        const When when = choose<When>("ASSAY_COLOR", variable, when_choices());
        // auto is the same as no variable at all: the ones below it decide.
        flag = when == When::automatic ? std::nullopt : std::optional(when);
    }
    switch (flag.value_or(When::automatic)) {
    case When::always: return Colour::on;
    case When::never: return Colour::off;
    case When::automatic: break;
    }
    return automatic_colour(environment, target);
}

Glyphs choose_glyphs(std::optional<Glyphs> flag, const Environment& environment) {
    if (flag) {
        return *flag;
    }
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const std::string locale = to_lower_ascii(value_of(environment, name));
        if (locale.empty()) {
            continue;
        }
        const bool utf8 =
            locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
        return utf8 ? Glyphs::unicode : Glyphs::ascii;
    }
    return Glyphs::ascii;
}

std::size_t choose_width(std::optional<std::size_t> flag, const Environment& environment,
                         Target target, std::optional<std::size_t> columns) {
    constexpr std::size_t least = 20;
    constexpr std::size_t unknown = 80;
    if (flag) {
        return *flag;
    }
    if (target == Target::other) {
        return 0;
    }
    const std::string variable = value_of(environment, "COLUMNS");
    std::size_t wanted = 0;
    const auto [end, failure] =
        std::from_chars(variable.data(), variable.data() + variable.size(), wanted);
    if (failure == std::errc() && end == variable.data() + variable.size() && wanted > 0) {
        return std::max(wanted, least);
    }
    return std::max(columns.value_or(unknown), least);
}

} // namespace assay::cli
