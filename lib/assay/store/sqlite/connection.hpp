// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/duty_cycle.hpp"
#include "assay/store/sqlite/file_plan.hpp"
#include "assay/store/sqlite/writer_watch.hpp"
#include "assay/store/store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// Refuse a statement that has other parameters than the `count` that we bind: a condition of the
/// user may have brought one, and SQLite takes NULL for it. @throws Error of kind query.
void require_parameters(const SQLite::Statement& statement, int count);

/// A text of the current row, with the NUL bytes it may hold, as UTF-8; empty for NULL.
std::string text_at(SQLite::Statement& row, int column);

/// One read-only connection to a SQLite file with every guard on: it cannot write, attach, load
/// or run code of the database, gives way to locks, and ends at deadlines and on cancellation.
class SqliteConnection {
public:
    using OnRow = std::function<void(SQLite::Statement&)>;

    /// @param plan must outlive the connection.
    /// @param id names the connection in the SQL log.
    SqliteConnection(const FilePlan& plan, const SessionOptions& options, std::string id);
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    /// Report and run one statement.
    void query(const std::string& sql, const OnRow& on_row = {});
    /// Start a read transaction and read, so that it holds one state of the database.
    void begin_snapshot();
    /// End it, so that others may write and their writes may be seen. Does nothing where none
    /// began.
    void end_snapshot();
    /// Is the read transaction still there? An I/O error may have ended it.
    bool has_snapshot() const noexcept;
    /// A number that changes when another connection commits; only outside of a transaction.
    std::int64_t data_version();
    /// Has somebody else begun to write to a file in rollback mode? The commit waits for the end of
    /// all snapshots.
    bool is_being_written() const noexcept;
    /// Does the path now lead to another file than the open one?
    bool has_moved() noexcept;

    /// Report a statement that is about to be run by the caller, and start its time.
    void announce(std::string_view sql);
    /// Give the running statement its full time again, because it made progress.
    void renew_deadline() noexcept;
    /// Wait as long as the pause file is there; the time of a statement begins anew then.
    void hold_still();
    /// Rest between two pieces of a statement as SessionOptions::duty_cycle asks.
    void rest();
    /// From now on give the snapshot up, with an error of kind locked, when somebody has waited so
    /// long to commit to a file in rollback mode; nullopt: never.
    /// @param before is called first, while there still is one
    void give_way_after(std::optional<std::chrono::milliseconds> wait,
                        std::function<void()> before) {
        m_writers.start_anew();
        m_patience = wait;
        m_before_giving_way = std::move(before);
    }
    /// End the statement that runs now; called by another thread.
    void interrupt() noexcept;
    /// Run `work` and turn errors of SQLite into Error.
    void guarded(const std::function<void()>& work);
    /// Why the parser refuses a statement, or empty.
    std::string why_not(const std::string& sql);

    SQLite::Database& database() noexcept { return m_database; }
    std::int64_t queries() const noexcept { return m_queries; }

private:
    using Clock = std::chrono::steady_clock;

    static int on_progress(void* self) noexcept;
    static int on_busy(void* self, int attempt) noexcept;
    void configure();
    [[noreturn]] void give_way();
    [[noreturn]] void rethrow(const SQLite::Exception& error) const;

    const FilePlan& m_plan;
    SessionOptions m_options;
    DutyCycle m_duty;
    SQLite::Database m_database;
    Clock::time_point m_deadline{};
    Clock::time_point m_busy_since{};
    Clock::time_point m_working_since{};
    std::int64_t m_queries = 0;
    bool m_timed_out = false;
    WriterWatch m_writers;
    std::optional<std::chrono::milliseconds> m_patience;
    std::function<void()> m_before_giving_way;
    bool m_gives_way = false;
    // Last, so that no interrupt can reach a closed database.
    std::optional<CancellationHook> m_hook;
};

} // namespace assay
