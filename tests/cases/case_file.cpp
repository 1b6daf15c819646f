// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "case_file.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <unistd.h>

namespace assay::testing {

namespace {

constexpr std::array<std::string_view, 8> keywords = {"setup",  "file",   "only", "run",
                                                      "stdout", "stderr", "json", "exit"};

[[noreturn]] void complain(const std::string& path, std::size_t line, const std::string& what) {
    throw std::runtime_error(path + ":" + std::to_string(line) + ": " + what);
}

/// The section that a line begins, if it does.
std::optional<Section> section_start(const std::string& line, std::size_t number) {
    if (!line.starts_with("-- ")) {
        return std::nullopt;
    }
    const auto blank = line.find(' ', 3);
    Section section;
    section.keyword = line.substr(3, blank == std::string::npos ? blank : blank - 3);
    if (std::find(keywords.begin(), keywords.end(), section.keyword) == keywords.end()) {
        return std::nullopt;
    }
    section.argument = blank == std::string::npos ? "" : line.substr(blank + 1);
    section.line_number = number;
    return section;
}

void add_to_group(CaseFile& file, std::size_t index) {
    const auto& section = file.sections[index];
    const auto& keyword = section.keyword;
    if (keyword == "run") {
        file.groups.push_back({});
        file.groups.back().run = index;
        return;
    }
    if (file.groups.empty()) {
        complain(file.path, section.line_number, "'-- " + keyword + "' before any '-- run'");
    }
    auto& group = file.groups.back();
    if (keyword == "json") {
        group.json.push_back(index);
        return;
    }
    auto& place =
        keyword == "stdout" ? group.output : (keyword == "stderr" ? group.errors : group.exit);
    if (place) {
        complain(file.path, section.line_number, "a second '-- " + keyword + "' of one '-- run'");
    }
    place = index;
}

/// Only sections with text below them may have lines, blank ones apart.
void check_lines(const CaseFile& file, const Section& section) {
    const bool takes_lines = section.keyword != "only" && section.keyword != "json" &&
                             section.keyword != "exit" && !section.keyword.empty();
    if (takes_lines) {
        return;
    }
    for (const auto& line : section.lines) {
        if (!line.empty() && !line.starts_with('#')) {
            complain(file.path, section.line_number, "not understood below this line: " + line);
        }
    }
}

void check(const CaseFile& file) {
    for (const auto& section : file.sections) {
        check_lines(file, section);
        if (section.keyword == "only" && section.argument.find(' ') == std::string::npos) {
            complain(file.path, section.line_number, "'-- only STORE' needs a reason behind it");
        }
    }
    if (file.groups.empty()) {
        complain(file.path, 1, "no '-- run'");
    }
    for (const auto& group : file.groups) {
        if (!group.exit) {
            complain(file.path, file.sections[group.run].line_number, "no '-- exit' of this run");
        }
    }
}

/// Splits one line; `words` of a redirection follow a bare < or >.
class WordSplitter {
public:
    explicit WordSplitter(std::string_view text) : m_text(text) {}

    CommandLine split() {
        CommandLine command;
        std::string word;
        std::string* redirection = nullptr;
        while (next(word)) {
            if (m_bare && (word == ">" || word == "<")) {
                redirection = word == ">" ? &command.output : &command.input;
            } else if (redirection != nullptr) {
                *std::exchange(redirection, nullptr) = word;
            } else {
                command.words.push_back(word);
            }
        }
        return command;
    }

private:
    bool next(std::string& word) {
        word.clear();
        m_bare = true;
        m_at = std::min(m_text.find_first_not_of(" \t", m_at), m_text.size());
        if (m_at == m_text.size()) {
            return false;
        }
        char quote = '\0';
        for (; m_at < m_text.size(); ++m_at) {
            const char c = m_text[m_at];
            if (quote == '\0' && (c == ' ' || c == '\t')) {
                break;
            }
            if (c == quote) {
                quote = '\0';
            } else if (quote == '\0' && (c == '\'' || c == '"')) {
                quote = c;
                m_bare = false;
            } else if (c == '\\' && quote != '\'' && m_at + 1 < m_text.size()) {
                word += m_text[++m_at];
            } else {
                word += c;
            }
        }
        if (quote != '\0') {
            throw std::runtime_error("a quote is not closed: " + std::string(m_text));
        }
        return true;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    bool m_bare = true;
};

} // namespace

CaseFile read_case(const std::string& path) {
    std::ifstream stream(path);
    if (!stream) {
        throw std::runtime_error("cannot read " + path);
    }
    CaseFile file{path, {Section{}}, {}};
    std::string line;
    for (std::size_t number = 1; std::getline(stream, line); ++number) {
        auto section = section_start(line, number);
        if (!section) {
            file.sections.back().lines.push_back(line);
            continue;
        }
        file.sections.push_back(std::move(*section));
        const auto& keyword = file.sections.back().keyword;
        if (keyword != "setup" && keyword != "file" && keyword != "only") {
            add_to_group(file, file.sections.size() - 1);
        }
    }
    check(file);
    return file;
}

void write_case(const CaseFile& file) {
    std::ostringstream text;
    for (const auto& section : file.sections) {
        if (!section.keyword.empty()) {
            text << "-- " << section.keyword << (section.argument.empty() ? "" : " ")
                 << section.argument << '\n';
        }
        text << joined(section.lines);
    }
    // Both stores may rewrite the file at the same time: each as a whole.
    const auto temporary = file.path + "." + std::to_string(::getpid());
    std::ofstream(temporary) << text.str();
    if (std::rename(temporary.c_str(), file.path.c_str()) != 0) {
        throw std::runtime_error("cannot write " + file.path);
    }
}

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const auto& line : lines) {
        text += line + '\n';
    }
    return text;
}

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::vector<CommandLine> command_lines(const Section& run) {
    std::vector<CommandLine> commands;
    std::string whole;
    for (const auto& line : run.lines) {
        if (line.ends_with('\\')) {
            whole += line.substr(0, line.size() - 1);
            continue;
        }
        auto command = WordSplitter(whole + line).split();
        whole.clear();
        if (!command.words.empty()) {
            commands.push_back(std::move(command));
        }
    }
    return commands;
}

} // namespace assay::testing
