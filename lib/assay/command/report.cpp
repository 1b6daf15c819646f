// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/report.hpp"

#include "assay/base/error.hpp"
#include "assay/command/run.hpp"
#include "assay/report/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace assay {
namespace {

/// "a", "b", ... "z", then "s27", ...
std::string source_id(std::size_t number) {
    constexpr std::size_t letters = 26;
    return number < letters ? std::string(1, static_cast<char>('a' + number))
                            : fmt::format("s{}", number + 1);
}

/// Gives the sources of several documents ids of their own.
class Merger {
public:
    explicit Merger(Document& merged) : m_merged(merged) {}

    void add(Document part) {
        rename_sources(part);
        m_merged.run.complete = m_merged.run.complete && part.run.complete;
        m_merged.cost.queries += part.cost.queries;
        m_merged.cost.rows_read += part.cost.rows_read;
        m_merged.cost.bytes_read += part.cost.bytes_read;
        m_merged.cost.bytes_from_server += part.cost.bytes_from_server;
        add_values(part.run.values);
        move_all(part.sources, m_merged.sources);
        move_all(part.tables, m_merged.tables);
        move_all(part.checks, m_merged.checks);
        move_all(part.plan, m_merged.plan);
        move_all(part.errors, m_merged.errors);
        move_all(part.notes, m_merged.notes);
    }

private:
    /// The most that any of them shows.
    void add_values(const std::string& values) {
        std::string& merged = m_merged.run.values;
        if (values == "all" || merged.empty() || (values == "safe" && merged == "none")) {
            merged = values;
        }
    }

    template <typename Item>
    static void move_all(std::vector<Item>& from, std::vector<Item>& to) {
        std::move(from.begin(), from.end(), std::back_inserter(to));
    }

    void rename_sources(Document& part) const {
        std::map<std::string, std::string> names;
        for (auto& source : part.sources) {
            const std::string name = source_id(m_merged.sources.size() + names.size());
            names.emplace(source.id, name);
            source.id = name;
        }
        const auto rename = [&](std::string& id) {
            const auto found = names.find(id);
            id = found == names.end() ? id : found->second;
        };
        for (auto& table : part.tables) {
            rename(table.source);
        }
        for (auto& check : part.checks) {
            rename(check.source);
        }
        for (auto& step : part.plan) {
            rename(step.source);
        }
    }

    Document& m_merged;
};

CommonOptions common_of(const ReportOptions& options) {
    CommonOptions common;
    common.command = options.command;
    common.arguments = options.arguments;
    return common;
}

/// Whoever passes a report on must know what is in it.
void say_values(Document& document) {
    const std::string note = "this report holds data values as they are, of sensitive columns too: "
                             "it was made with --values all";
    auto& notes = document.notes;
    if (document.run.values == "all" &&
        std::find(notes.begin(), notes.end(), note) == notes.end()) {
        notes.push_back(note);
    }
}

/// A place and a rule, the same in both documents.
using CheckKey = std::pair<std::string, std::string>;
CheckKey key_of(const CheckResult& check) { return {check.source, check.fingerprint}; }

std::map<CheckKey, const CheckResult*> by_key(const Document& document) {
    std::map<CheckKey, const CheckResult*> checks;
    for (const auto& check : document.checks) {
        checks.emplace(key_of(check), &check);
    }
    return checks;
}

/// What became of a check since the earlier run.
void set_baseline(CheckResult& check, const CheckResult* earlier) {
    const bool failed_before = earlier != nullptr && earlier->status == Status::fail;
    if (check.status == Status::fail) {
        check.baseline = failed_before ? "unchanged" : "new";
    } else if (check.status == Status::pass && failed_before) {
        check.baseline = "absent";
    }
}

/// Some rules name each place that fails, and pass once for the whole table.
bool rule_passed_since(const CheckResult& earlier, const Document& after) {
    return std::any_of(after.checks.begin(), after.checks.end(), [&](const CheckResult& check) {
        return check.id == earlier.id && check.source == earlier.source &&
               check.table == earlier.table && check.columns.empty() &&
               check.status == Status::pass;
    });
}

/// What to say of a finding of the earlier run that the later one does not name. One that nobody
/// looked at again is not fixed: it is unknown.
CheckResult not_named_again(const CheckResult& earlier, const Document& after) {
    CheckResult check = earlier;
    if (rule_passed_since(earlier, after)) {
        check.status = Status::pass;
        check.baseline = "absent";
        return check;
    }
    check.status = Status::skipped;
    check.message = "not checked again; it failed before: " + earlier.message;
    return check;
}

} // namespace

Document report(const ReportOptions& options) {
    if (options.results.size() == 1) {
        // One result is shown as the run that made it would have shown it.
        Document single;
        Document failed = fill_document(common_of(options), [&](Document&) {
            single = read_json(options.results.front().json, options.results.front().name);
        });
        say_values(single);
        return failed.errors.empty() ? single : failed;
    }
    return fill_document(common_of(options), [&](Document& merged) {
        Merger merger(merged);
        for (const auto& result : options.results) {
            merger.add(read_json(result.json, result.name));
        }
        say_values(merged);
    });
}

Document report_diff(const ReportOptions& options) {
    return fill_document(common_of(options), [&](Document& document) {
        const Document before = read_json(options.results.at(0).json, options.results.at(0).name);
        Document after = read_json(options.results.at(1).json, options.results.at(1).name);
        const auto earlier = by_key(before);
        for (auto& check : after.checks) {
            const auto found = earlier.find(key_of(check));
            set_baseline(check, found == earlier.end() ? nullptr : found->second);
        }
        const auto later = by_key(after);
        std::vector<CheckResult> unseen;
        for (const auto& check : before.checks) {
            if (check.status == Status::fail && !later.contains(key_of(check))) {
                unseen.push_back(not_named_again(check, after));
            }
        }
        document.run.complete = after.run.complete;
        document.run.values = after.run.values;
        document.cost = after.cost;
        document.notes = std::move(after.notes);
        document.sources = std::move(after.sources);
        document.tables = std::move(after.tables);
        document.checks = std::move(after.checks);
        document.errors = std::move(after.errors);
        document.checks.insert(document.checks.end(), unseen.begin(), unseen.end());
        say_values(document);
    });
}

} // namespace assay
