// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "parse.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include "redact.hpp"
#include "subcommands.hpp"
#include "together.hpp"
#include "values.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <type_traits>
#include <utility>

namespace assay::cli {

namespace {

const Flag* find_flag(const std::vector<Flag>& flags, std::string_view name) {
    const auto found = std::find_if(flags.begin(), flags.end(),
                                    [&](const Flag& flag) { return flag.name == name; });
    return found == flags.end() ? nullptr : &*found;
}

/// Every flag of every subcommand once; a name means the same kind of flag everywhere.
std::vector<Flag> all_flags() {
    std::vector<Flag> flags{{'h', "help", "", "", Section::output, {}},
                            {'V', "version", "", "", Section::output, {}}};
    for (const auto& subcommand : subcommands()) {
        Invocation invocation;
        CommandLine line;
        subcommand.add(line, invocation);
        for (const auto& flag : line.flags) {
            if (find_flag(flags, flag.name) == nullptr) {
                flags.push_back(flag);
            }
        }
    }
    return flags;
}

std::vector<std::string> flag_words(const std::vector<Flag>& flags) {
    std::vector<std::string> words;
    words.reserve(flags.size());
    for (const auto& flag : flags) {
        words.push_back("--" + flag.name);
    }
    return words;
}

std::vector<std::string> command_words() {
    std::vector<std::string> words;
    for (const auto& subcommand : subcommands()) {
        words.emplace_back(subcommand.name);
    }
    words.emplace_back("help");
    return words;
}

std::string help_pointer(const Subcommand* subcommand) {
    return subcommand == nullptr ? "see 'assay help'"
                                 : fmt::format("see 'assay help {}'", subcommand->name);
}

/// The subcommand that the first word or two name, and how many words that takes.
std::pair<const Subcommand*, std::size_t> match_command(const std::vector<std::string>& words) {
    if (words.size() >= 2) {
        if (const auto* both = find_subcommand(words[0] + " " + words[1])) {
            return {both, 2};
        }
    }
    return {words.empty() ? nullptr : find_subcommand(words[0]), 1};
}

CommandLine line_of(const Subcommand& subcommand) {
    Invocation unused;
    CommandLine line;
    subcommand.add(line, unused);
    return line;
}

Error unknown_flag(const std::string& flag, const Subcommand* subcommand) {
    const auto flags = subcommand == nullptr ? all_flags() : line_of(*subcommand).flags;
    std::string hint = did_you_mean(flag, flag_words(flags));
    if (hint.empty()) {
        hint = help_pointer(subcommand);
    }
    return {ErrorKind::usage, fmt::format("unknown flag '{}'", flag), hint};
}

Error unknown_command(const std::string& word) {
    std::string hint = did_you_mean(word, command_words());
    const bool database = word.find_first_of("./=:") != std::string::npos;
    if (hint.empty()) {
        hint = database ? fmt::format("a command comes first: assay audit {}", word)
                        : "the commands are " + join_and(command_words());
    }
    return {ErrorKind::usage, fmt::format("unknown command '{}'", word), hint};
}

Error misplaced_flag(const std::string& name, const Subcommand& subcommand) {
    std::vector<std::string> owners;
    for (const auto& other : subcommands()) {
        if (find_flag(line_of(other).flags, name) != nullptr) {
            owners.emplace_back(other.name);
        }
    }
    return {ErrorKind::usage, fmt::format("{} has no flag --{}", subcommand.name, name),
            fmt::format("--{} belongs to {}", name, join_and(owners))};
}

void apply_flags(const Tokens& tokens, const CommandLine& line, const Subcommand& subcommand) {
    for (const auto& use : tokens.uses) {
        const Flag* flag = find_flag(line.flags, use.name);
        if (flag == nullptr) {
            throw misplaced_flag(use.name, subcommand);
        }
        flag->apply(use.value);
    }
}

void apply_words(const std::vector<std::string>& words, std::size_t at, const CommandLine& line,
                 const Subcommand& subcommand) {
    for (const auto& positional : line.positionals) {
        std::size_t taken = 0;
        while (at < words.size() && taken < positional.most) {
            positional.apply(words[at++]);
            ++taken;
        }
        if (taken < positional.least) {
            throw Error(ErrorKind::usage,
                        fmt::format("{} needs {}", subcommand.name, positional.name),
                        positional.missing_hint);
        }
    }
    if (at < words.size()) {
        throw Error(ErrorKind::usage,
                    fmt::format("{}: unexpected argument '{}'", subcommand.name, words[at]),
                    "the form is: " + line.usage);
    }
}

void set_run_facts(Invocation& invocation, const std::vector<std::string>& arguments) {
    std::visit(
        [&](auto& options) {
            if constexpr (requires { options.common; }) {
                options.common.command = invocation.command;
                options.common.arguments = redact(arguments);
            }
        },
        invocation.options);
}

Parsed help_for(const std::vector<std::string>& words) {
    const auto [subcommand, count] = match_command(words);
    if (!words.empty() && subcommand == nullptr && words[0] != "help") {
        throw unknown_command(words[0]);
    }
    return {Intent::help, subcommand == nullptr ? "" : std::string(subcommand->name), nullptr};
}

/// Does a flag decide what is compared, or what may be shown of it?
bool decides_what(const Flag& flag) {
    const bool is_question = flag.section == Section::command || flag.section == Section::selection;
    return is_question ? flag.name != "limit" : flag.name == "values";
}

/// Is one of these words on the command line, before "--"?
bool has_word(const std::vector<std::string>& arguments, std::string_view one,
              std::string_view other) {
    const auto end = std::find(arguments.begin(), arguments.end(), "--");
    return std::any_of(arguments.begin(), end,
                       [&](const auto& word) { return word == one || word == other; });
}

bool has_use(const Tokens& tokens, std::string_view name) {
    return std::any_of(tokens.uses.begin(), tokens.uses.end(),
                       [&](const auto& use) { return use.name == name; });
}

Parsed parse_run(const Tokens& tokens, const std::vector<std::string>& arguments) {
    const auto [subcommand, count] = match_command(tokens.words);
    if (tokens.unknown_flag) {
        throw unknown_flag(*tokens.unknown_flag, subcommand);
    }
    if (tokens.words.empty()) {
        throw Error(ErrorKind::usage, "no command given",
                    "the commands are " + join_and(command_words()));
    }
    if (subcommand == nullptr) {
        throw unknown_command(tokens.words[0]);
    }
    auto invocation = std::make_unique<Invocation>();
    invocation->command = subcommand->name;
    CommandLine line;
    subcommand->add(line, *invocation);
    apply_flags(tokens, line, *subcommand);
    apply_words(tokens.words, count, line, *subcommand);
    check_together(*invocation);
    set_run_facts(*invocation, arguments);
    return {Intent::run, invocation->command, std::move(invocation)};
}

Parsed parse_unredacted(const std::vector<std::string>& arguments) {
    if (arguments.empty()) {
        return {Intent::concise_help, "", nullptr};
    }
    if (has_word(arguments, "-h", "--help")) {
        return {Intent::help, guess_command(arguments), nullptr};
    }
    if (has_word(arguments, "-V", "--version")) {
        return {Intent::version, "", nullptr};
    }
    const Tokens tokens = tokenize(arguments, all_flags());
    if (!tokens.words.empty() && tokens.words[0] == "help") {
        return help_for({tokens.words.begin() + 1, tokens.words.end()});
    }
    if (has_use(tokens, "help")) {
        return {Intent::help, guess_command(arguments), nullptr};
    }
    if (has_use(tokens, "version")) {
        return {Intent::version, "", nullptr};
    }
    return parse_run(tokens, arguments);
}

} // namespace

Parsed parse(const std::vector<std::string>& arguments) {
    try {
        return parse_unredacted(arguments);
    } catch (const Error& error) {
        throw Error(error.kind(), redact(error.what()), redact(error.hint()));
    }
}

std::vector<std::string> what_is_compared(const std::vector<std::string>& arguments) {
    const auto flags = all_flags();
    const Tokens tokens = tokenize(arguments, flags);
    std::vector<std::string> uses;
    for (const auto& use : tokens.uses) {
        if (decides_what(*find_flag(flags, use.name))) {
            uses.push_back(fmt::format("--{}={}", use.name, use.value));
        }
    }
    // Of a flag that is there twice, the last one may be the one that counts.
    std::stable_sort(uses.begin(), uses.end(), [](const auto& left, const auto& right) {
        return left.substr(0, left.find('=')) < right.substr(0, right.find('='));
    });
    uses.insert(uses.begin(), tokens.words.begin(), tokens.words.end());
    return uses;
}

std::string guess_command(const std::vector<std::string>& arguments) {
    std::vector<std::string> words;
    std::copy_if(arguments.begin(), arguments.end(), std::back_inserter(words),
                 [](const auto& word) { return !word.starts_with('-'); });
    while (!words.empty()) {
        if (const auto* subcommand = match_command(words).first) {
            return std::string(subcommand->name);
        }
        words.erase(words.begin());
    }
    return {};
}

Format asked_format(const std::vector<std::string>& arguments) {
    std::string_view asked;
    std::string_view before;
    for (const std::string& word : arguments) {
        constexpr std::string_view long_flag = "--format=";
        if (before == "-f" || before == "--format") {
            asked = word;
        } else if (word.starts_with("-f") && word.size() > 2) {
            asked = std::string_view(word).substr(2);
        } else if (word.starts_with(long_flag)) {
            asked = std::string_view(word).substr(long_flag.size());
        } else if (word == "--json") {
            asked = "json";
        } else if (word == "--") {
            break;
        }
        before = word;
    }
    return parse_format(asked).value_or(Format::text);
}

} // namespace assay::cli
