// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "command_line.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

namespace assay::cli {

namespace {

const Flag* find_flag(const std::vector<Flag>& flags, std::string_view token) {
    const auto found = std::find_if(flags.begin(), flags.end(), [&](const Flag& flag) {
        return token == "--" + flag.name ||
               (flag.letter != 0 && token == std::string{'-', flag.letter});
    });
    return found == flags.end() ? nullptr : &*found;
}

Error missing_value(const Flag& flag) {
    return {ErrorKind::usage, fmt::format("--{} needs a value", flag.name),
            fmt::format("write --{} {}", flag.name, flag.value)};
}

/// CLI11 takes the next argument as the value of "--name=", whatever that is.
void refuse_empty_values(const std::vector<std::string>& arguments,
                         const std::vector<Flag>& flags) {
    for (const auto& argument : arguments) {
        if (argument == "--") {
            return;
        }
        const auto equals = argument.find('=');
        if (!argument.starts_with("--") || equals + 1 != argument.size()) {
            continue;
        }
        if (const Flag* flag = find_flag(flags, argument.substr(0, equals))) {
            throw missing_value(*flag);
        }
    }
}

/// CLI11 takes "--json" as the value of a flag that stands before it.
void refuse_flag_as_value(const Tokens& tokens, const std::vector<Flag>& flags) {
    for (const auto& use : tokens.uses) {
        if (use.value.starts_with("--") && find_flag(flags, use.value) != nullptr) {
            throw Error(
                ErrorKind::usage,
                fmt::format("--{} needs a value, but the flag {} follows it", use.name, use.value),
                fmt::format("see the value of --{} in 'assay help'", use.name));
        }
    }
}

/// What CLI11 means by ArgumentMismatch: a last flag without its value, or --json=1.
Error mismatch(const std::vector<std::string>& arguments, const std::vector<Flag>& flags) {
    for (const auto& argument : arguments) {
        const Flag* flag = find_flag(flags, argument.substr(0, argument.find('=')));
        if (flag != nullptr && flag->value.empty() && argument.find('=') != std::string::npos) {
            return {ErrorKind::usage, fmt::format("--{} takes no value", flag->name),
                    fmt::format("write just --{}", flag->name)};
        }
    }
    const std::string& last = arguments.back();
    // In "-vt" the last letter is the flag.
    const bool bundle = last.size() > 2 && last[0] == '-' && last[1] != '-';
    const Flag* flag = find_flag(flags, bundle ? std::string{'-', last.back()} : last);
    return flag != nullptr ? missing_value(*flag)
                           : Error(ErrorKind::usage, fmt::format("'{}' needs a value", last));
}

/// Words and unknown flags, which CLI11 hands back in one list.
void sort_remaining(const std::vector<std::string>& remaining, Tokens& tokens) {
    bool only_words = false;
    for (const auto& text : remaining) {
        const bool dashed = text.size() > 1 && text[0] == '-' &&
                            std::isdigit(static_cast<unsigned char>(text[1])) == 0;
        if (only_words || !dashed) {
            tokens.words.push_back(text);
        } else if (text == "--") {
            only_words = true;
        } else if (!tokens.unknown_flag) {
            tokens.unknown_flag = text.substr(0, text.find('='));
        }
    }
}

} // namespace

std::string flag_names(const Flag& flag) {
    return flag.letter == 0 ? "--" + flag.name : fmt::format("-{}, --{}", flag.letter, flag.name);
}

Tokens tokenize(const std::vector<std::string>& arguments, const std::vector<Flag>& flags) {
    refuse_empty_values(arguments, flags);

    CLI::App app;
    app.set_help_flag();
    app.allow_extras();
    std::map<const CLI::Option*, const Flag*> meaning;
    for (const auto& flag : flags) {
        std::string names = "--" + flag.name;
        if (flag.letter != 0) {
            names += fmt::format(",-{}", flag.letter);
        }
        CLI::Option* option = app.add_option(names, [](const CLI::results_t&) { return true; });
        option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->allow_extra_args(false);
        option->type_size(1)->expected(flag.value.empty() ? 0 : 1);
        option->disable_flag_override();
        meaning.emplace(option, &flag);
    }
    try {
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::ArgumentMismatch&) {
        throw mismatch(arguments, flags);
    } catch (const CLI::Error& error) {
        throw Error(ErrorKind::usage, error.what());
    }

    Tokens tokens;
    std::map<const CLI::Option*, std::size_t> taken;
    for (const CLI::Option* option : app.parse_order()) {
        const Flag& flag = *meaning.at(option);
        const std::size_t index = taken[option]++;
        tokens.uses.push_back(
            {flag.name, flag.value.empty() ? std::string() : option->results().at(index)});
    }
    sort_remaining(app.remaining(), tokens);
    refuse_flag_as_value(tokens, flags);
    return tokens;
}

} // namespace assay::cli
