// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/observer.hpp"
#include "assay/command/common.hpp"
#include "sqlite_file.hpp"
#include "temp_dir.hpp"

#include <algorithm>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::test {

/// Keeps the statements of a run, and may act on each.
class RecordingObserver final : public Observer {
public:
    void note(std::string_view message) override {
        const std::scoped_lock lock(m_mutex);
        notes.emplace_back(message);
    }
    void sql(std::string_view, std::string_view statement) override {
        {
            const std::scoped_lock lock(m_mutex);
            statements.emplace_back(statement);
        }
        if (on_sql) {
            on_sql(statement);
        }
    }

    std::function<void(std::string_view)> on_sql;
    std::vector<std::string> statements;
    std::vector<std::string> notes;

private:
    std::mutex m_mutex;
};

/// What a command needs of the world: a folder with databases, an observer, no environment.
struct World {
    TempDir folder;
    RecordingObserver observer;
    Cancellation cancellation;

    Context context() {
        return {observer, cancellation, [](const std::string&) { return std::nullopt; }};
    }
    /// Make a database file and return its path.
    std::string database(const std::string& name, const std::string& sql) const {
        const std::string path = folder.file(name);
        run_sqlite(path, sql);
        return path;
    }
};

/// Midnight of 2024-01-31 UTC.
inline constexpr Micros test_now = 1'706'659'200 * micros_per_second;

inline CommonOptions common_options(const std::string& command) {
    CommonOptions options;
    options.command = command;
    options.now = test_now;
    return options;
}

/// The results of one rule, for one table unless that is empty.
inline std::vector<CheckResult> results_of(const Document& document, std::string_view id,
                                           std::string_view table = {}) {
    std::vector<CheckResult> found;
    std::copy_if(document.checks.begin(), document.checks.end(), std::back_inserter(found),
                 [&](const CheckResult& check) {
                     return check.id == id && (table.empty() || check.table == table);
                 });
    return found;
}

inline std::int64_t number(const CheckResult& check, std::string_view name) {
    const Fact* fact = find_fact(check.evidence, name);
    const auto* value = fact == nullptr ? nullptr : std::get_if<std::int64_t>(&fact->value);
    return value == nullptr ? -1 : *value;
}

/// Did one of the statements read rows of that table?
inline bool reads_rows_of(const std::vector<std::string>& statements, const std::string& table) {
    return std::any_of(statements.begin(), statements.end(), [&](const std::string& statement) {
        return statement.find("FROM \"main\".\"" + table + "\"") != std::string::npos ||
               statement.find("FROM \"" + table + "\"") != std::string::npos;
    });
}

} // namespace assay::test
