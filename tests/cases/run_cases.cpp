// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
//
// Runs one .case file on one store: run_cases PROGRAM sqlite|postgres FILE
// ASSAY_UPDATE_CASES=1 writes what the program says into the file instead.
#include "case_file.hpp"
#include "case_store.hpp"
#include "expectation.hpp"

#include "run_process.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace {

using namespace assay::testing;
namespace fs = std::filesystem;

constexpr int skipped_status = 77;

std::string environment(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::string contents(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << stream.rdbuf();
    return std::move(bytes).str();
}

/// A folder that goes away with everything in it.
class TemporaryFolder {
public:
    TemporaryFolder() {
        auto name = (fs::temp_directory_path() / "assay-case.XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("cannot make a temporary folder");
        }
        m_path = name;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    const fs::path& path() const noexcept { return m_path; }

private:
    fs::path m_path;
};

/// What a group of commands did, made comparable.
struct Outcome {
    std::string output;
    std::string errors;
    int status = 0;
    nlohmann::json document; ///< null unless the output is JSON
};

class CaseRun {
public:
    CaseRun(std::string program, std::string kind, CaseFile& file)
        : m_program(std::move(program)), m_kind(std::move(kind)), m_file(file) {
        fs::create_directory(m_folder.path() / "home");
        fs::create_directory(m_folder.path() / "work");
        fs::create_directory(documents());
        set_up();
    }

    /// @return the number of differences, each of them printed.
    int compare() {
        int differences = 0;
        for (const auto& group : m_file.groups) {
            differences += compare(group, run(group));
        }
        validate();
        return differences;
    }

    void update() {
        // Last group first: sections that are added move those behind them.
        std::vector<Outcome> outcomes;
        for (const auto& group : m_file.groups) {
            outcomes.push_back(run(group));
        }
        validate();
        for (std::size_t i = m_file.groups.size(); i-- > 0;) {
            update(m_file.groups[i], outcomes[i]);
        }
        write_case(m_file);
    }

private:
    std::unique_ptr<CaseStore> make_store(const std::string& name) {
        return m_kind == "sqlite" ? make_sqlite_store(m_folder.path().string(), name)
                                  : make_postgres_store(environment("ASSAY_TEST_POSTGRES"), name);
    }

    /// "-- file NAME"
    void write_files() const {
        for (const auto& section : m_file.sections) {
            if (section.keyword == "file") {
                std::ofstream(m_folder.path() / "work" / section.argument, std::ios::binary)
                    << joined(section.lines);
            }
        }
    }

    /// "-- setup [b] [sqlite|postgres]"
    void set_up() {
        write_files();
        m_a = make_store("a");
        for (const auto& section : m_file.sections) {
            if (section.keyword != "setup") {
                continue;
            }
            std::string_view argument = section.argument;
            const bool second = argument == "b" || argument.starts_with("b ");
            if (second) {
                argument.remove_prefix(std::min<std::size_t>(2, argument.size()));
            }
            if (!argument.empty() && argument != "sqlite" && argument != "postgres") {
                throw std::runtime_error("'-- setup " + section.argument + "' is not known");
            }
            if (second && m_b == nullptr) {
                m_b = make_store("b");
            }
            if (argument.empty() || argument == m_kind) {
                (second ? m_b : m_a)->execute(joined(section.lines));
            }
        }
        m_url_a = m_a->url();
        m_url_b = m_b == nullptr ? "" : m_b->url();
    }

    std::string substituted(std::string word) const {
        const Replacements places = {{"${STORE}", m_url_a},
                                     {"${STORE_B}", m_url_b},
                                     {"${DIR}", (m_folder.path() / "work").string()}};
        for (const auto& [what, by] : places) {
            for (auto at = word.find(what); at != std::string::npos; at = word.find(what)) {
                word.replace(at, what.size(), by);
            }
        }
        return word;
    }

    ProcessResult run(const CommandLine& command) const {
        if (command.words.front() != "assay") {
            throw std::runtime_error("a command line begins with 'assay', not '" +
                                     command.words.front() + "'");
        }
        const auto work = m_folder.path() / "work";
        ProcessRequest request;
        request.arguments = {m_program};
        for (std::size_t i = 1; i < command.words.size(); ++i) {
            request.arguments.push_back(substituted(command.words[i]));
        }
        request.environment = {"TZ=UTC", "LANG=C.UTF-8", "PATH=/usr/bin:/bin",
                               "HOME=" + (m_folder.path() / "home").string()};
        for (const char* const name :
             {"ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
            request.environment.push_back(std::string(name) + "=" + environment(name));
        }
        request.folder = work.string();
        if (!command.input.empty()) {
            request.input = (work / substituted(command.input)).string();
        }
        auto result = run_process(std::move(request));
        if (result.timed_out) {
            throw std::runtime_error("assay did not end");
        }
        if (!command.output.empty()) {
            std::ofstream(work / substituted(command.output), std::ios::binary) << result.output;
            result.output.clear();
        }
        return result;
    }

    Outcome run(const Group& group) const {
        Outcome outcome;
        const auto before = contents(m_url_a);
        const auto commands = command_lines(m_file.sections[group.run]);
        for (std::size_t i = 0; i < commands.size(); ++i) {
            const auto result = run(commands[i]);
            if (i > 0 && result.status != outcome.status) {
                throw std::runtime_error("the commands of one '-- run' differ in exit status");
            }
            outcome.status = result.status;
            outcome.output += result.output;
            outcome.errors += result.errors;
        }
        if (m_kind == "sqlite" && contents(m_url_a) != before) {
            throw std::runtime_error("the SQLite file was changed by the run");
        }
        if (outcome.output.starts_with('{')) {
            outcome.document = nlohmann::json::parse(outcome.output);
            // Its name tells the place in the case file.
            const auto line = std::to_string(m_file.sections[group.run].line_number);
            std::ofstream(documents() / (line + ".json"), std::ios::binary) << outcome.output;
        }
        outcome.output = normalised(outcome.output, replacements());
        outcome.errors = normalised(outcome.errors, replacements());
        return outcome;
    }

    /// Every JSON that the program prints follows the schema: all of them at once, because to start
    /// the validator takes longer than any of them.
    void validate() const {
        if (fs::is_empty(documents())) {
            return;
        }
        ProcessRequest request;
        request.arguments = {"/usr/bin/python3", ASSAY_VALIDATE_JSON, documents().string()};
        request.environment = {"LANG=C.UTF-8", "PATH=/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE=1"};
        const auto result = run_process(std::move(request));
        if (result.status != 0) {
            throw std::runtime_error("the JSON does not follow its schema:\n" + result.output +
                                     result.errors);
        }
    }

    fs::path documents() const { return m_folder.path() / "documents"; }

    /// What was typed, and what a report makes of it: without port, without host.
    Replacements replacements() const {
        Replacements result;
        for (const auto& [store, url, name] :
             {std::tuple{m_a.get(), &m_url_a, "${STORE}"}, {m_b.get(), &m_url_b, "${STORE_B}"}}) {
            if (store != nullptr) {
                result.emplace_back(*url, name);
                result.emplace_back(url->substr(0, url->find("&port=")), name);
                result.emplace_back(url->substr(0, url->find('?')), name);
                result.emplace_back(store->mark(), name);
            }
        }
        // The folder of the server's socket stands in what is said of another user or database.
        constexpr std::string_view host = "?host=";
        if (const auto at = m_url_a.find(host); at != std::string::npos) {
            const auto from = at + host.size();
            result.emplace_back(m_url_a.substr(from, m_url_a.find('&', from) - from), "${HOST}");
        }
        result.emplace_back((m_folder.path() / "work").string(), "${DIR}");
        return result;
    }

    int compare(const Group& group, const Outcome& outcome) const {
        int differences = 0;
        const auto expect = [&](const char* what, const std::string& expected,
                                const std::string& actual) {
            if (expected != actual) {
                ++differences;
                std::cout << m_file.path << ":" << m_file.sections[group.run].line_number << ": "
                          << what << " differs\n--- expected\n"
                          << expected << "--- actual\n"
                          << actual << "---\n";
            }
        };
        const auto lines = [&](const std::optional<std::size_t>& section) {
            return section ? joined(m_file.sections[*section].lines) : std::string();
        };
        if (outcome.document.is_null() || group.output) {
            expect("stdout", lines(group.output), outcome.output);
        }
        expect("stderr", lines(group.errors), outcome.errors);
        expect("exit status", m_file.sections[*group.exit].argument + "\n",
               std::to_string(outcome.status) + "\n");
        for (const auto index : group.json) {
            const auto problem = check_json(outcome.document, m_file.sections[index].argument);
            if (!problem.empty()) {
                ++differences;
                std::cout << m_file.path << ":" << m_file.sections[index].line_number << ": "
                          << problem << '\n';
            }
        }
        return differences;
    }

    void update(const Group& group, const Outcome& outcome) {
        m_file.sections[*group.exit].argument = std::to_string(outcome.status);
        for (const auto index : group.json) {
            auto& argument = m_file.sections[index].argument;
            argument = updated_json(outcome.document, argument);
        }
        // stderr first: what is put in last stands first.
        update(group.errors, "stderr", outcome.errors, *group.exit);
        if (outcome.document.is_null()) {
            update(group.output, "stdout", outcome.output, *group.exit);
        }
    }

    /// Fill a section, and put it before "-- exit" if it is missing and there is something to say.
    void update(const std::optional<std::size_t>& index, const char* keyword,
                const std::string& text, std::size_t before) {
        if (index) {
            m_file.sections[*index].lines = split_lines(text);
        } else if (!text.empty()) {
            Section section{keyword, "", split_lines(text), 0};
            m_file.sections.insert(m_file.sections.begin() + static_cast<std::ptrdiff_t>(before),
                                   std::move(section));
        }
    }

    std::string m_program;
    std::string m_kind;
    CaseFile& m_file;
    TemporaryFolder m_folder;
    std::unique_ptr<CaseStore> m_a;
    std::unique_ptr<CaseStore> m_b;
    std::string m_url_a;
    std::string m_url_b;
};

/// "-- only sqlite because ..." leaves the other store out.
bool is_left_out(const CaseFile& file, const std::string& kind) {
    for (const auto& section : file.sections) {
        if (section.keyword == "only" && !section.argument.starts_with(kind + " ")) {
            return true;
        }
    }
    return false;
}

int run_case(const std::string& program, const std::string& kind, const std::string& path) {
    auto file = read_case(path);
    if (is_left_out(file, kind)) {
        std::cout << "SKIPPED: only for the other store\n";
        return skipped_status;
    }
    if (kind == "postgres" && environment("ASSAY_TEST_POSTGRES").empty()) {
        std::cout << "SKIPPED: no Postgres (ASSAY_TEST_POSTGRES is not set)\n";
        return environment("ASSAY_REQUIRE_POSTGRES").empty() ? skipped_status : 1;
    }
    CaseRun run(program, kind, file);
    if (environment("ASSAY_UPDATE_CASES") == "1") {
        run.update();
        return 0;
    }
    return run.compare() == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> arguments(argv, argv + argc);
    if (arguments.size() != 4 || (arguments[2] != "sqlite" && arguments[2] != "postgres")) {
        std::cerr << "usage: run_cases PROGRAM sqlite|postgres FILE\n";
        return 2;
    }
    try {
        return run_case(fs::absolute(arguments[1]).string(), arguments[2], arguments[3]);
    } catch (const std::exception& error) {
        std::cout << arguments[3] << ": " << error.what() << '\n';
        return 1;
    }
}
