// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sqlite/file_copy.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/store/sqlite/connection.hpp"

#include <SQLiteCpp/Backup.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <limits>
#include <optional>
#include <thread>

namespace assay {
namespace {

[[noreturn]] void fail_no_space(const std::string& name, const std::string& folder) {
    throw Error(
        ErrorKind::output,
        fmt::format("there is no space for a copy of '{}' in '{}'", name, escape_text(folder)),
        "name a folder with space in TMPDIR, or leave out --copy");
}

/// Copies the pages of one database into another.
class PageCopier {
public:
    PageCopier(SQLite::Database& target, SQLite::Database& source, const FilePlan& plan,
               const SessionOptions& options)
        : m_backup(target, source), m_plan(plan), m_options(options) {}

    void run() {
        while (!is_done()) {
            // Whoever waits for the file gets it now.
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }

private:
    using Clock = std::chrono::steady_clock;

    bool is_done() {
        constexpr int pages = 100;
        m_options.cancellation->check();
        const int result = m_backup.executeStep(pages);
        if (result == SQLITE_BUSY || result == SQLITE_LOCKED) {
            fail_locked_at(Clock::now());
            return false;
        }
        m_progress_at = Clock::now();
        count_restarts();
        return result == SQLITE_DONE;
    }

    void fail_locked_at(Clock::time_point now) const {
        if (now - m_progress_at > m_options.lock_timeout) {
            throw Error(ErrorKind::locked,
                        fmt::format("'{}' stayed locked by another program while it was copied",
                                    m_plan.name),
                        "run again, or raise --lock-timeout");
        }
    }

    /// After a commit of somebody else SQLite begins again, which shows as more pages to go.
    void count_restarts() {
        constexpr int most = 20;
        const int left = m_backup.getRemainingPageCount();
        if (left > m_left && ++m_restarts > most) {
            throw Error(ErrorKind::locked,
                        fmt::format("'{}' was written to {} times while it was copied", m_plan.name,
                                    m_restarts),
                        "run again when there is less to do, or without --copy");
        }
        m_left = left;
    }

    SQLite::Backup m_backup;
    const FilePlan& m_plan;
    const SessionOptions& m_options;
    Clock::time_point m_progress_at = Clock::now();
    int m_left = std::numeric_limits<int>::max();
    int m_restarts = 0;
};

/// How many transactions wrote to the file; nullopt: it does not count them.
std::optional<std::int64_t> counter_of(SqliteConnection& source) {
    std::optional<std::int64_t> counter;
    source.query("SELECT assay_change_counter()", [&](SQLite::Statement& row) {
        if (!row.getColumn(0).isNull()) {
            counter = row.getColumn(0).getInt64();
        }
    });
    return counter;
}

/// An empty database that needs no journal: whoever fails throws it away.
SQLite::Database open_target(const std::string& path) {
    SQLite::Database target(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    target.exec("PRAGMA journal_mode=OFF");
    target.exec("PRAGMA synchronous=OFF");
    return target;
}

} // namespace

FileCopy::FileCopy(const Location& location, const SessionOptions& options)
    : m_folder(options.copy_folder, "assay-copy-", "name a folder with space in TMPDIR") {
    make(location, options);
}

void FileCopy::make(const Location& location, const SessionOptions& options) {
    const FilePlan plan = plan_file(location);
    SqliteConnection source(plan, options, options.id + "/copy");
    source.begin_snapshot();
    const auto counter = counter_of(source);
    m_taken_at = system_now();
    FilePlan whole = plan;
    settle(whole);
    const bool is_kept = plan.access == FileAccess::immutable || plan.write_ahead;
    if (!is_kept) {
        source.query("ROLLBACK"); // as long as we read, nobody could write
    }
    const std::string path = m_folder.path() + "/copy.db";
    source.guarded([&] {
        try {
            SQLite::Database target = open_target(path);
            PageCopier(target, source.database(), plan, options).run();
        } catch (const SQLite::Exception& error) {
            if (error.getErrorCode() == SQLITE_FULL) {
                fail_no_space(plan.name, options.copy_folder);
            }
            throw;
        }
    });
    require_unchanged(plan);
    // After commits in between nobody knows which of them the last pages were read after.
    const bool is_counted = is_kept || counter_of(source) == counter;
    m_taken_at = is_kept ? m_taken_at : system_now();
    Location copied;
    copied.target = path;
    copied.immutable = true; // nobody else can write to it
    m_plan = plan_file(copied);
    m_plan.name = plan.name;
    m_plan.is_copy = true;
    m_plan.copied_counter = is_counted ? counter : std::nullopt;
    m_plan.notes = {fmt::format("'{}' was read from a copy, made for this run through SQLite's "
                                "backup and removed afterwards",
                                plan.name)};
}

} // namespace assay
