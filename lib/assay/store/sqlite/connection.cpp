// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sqlite/connection.hpp"

#include "assay/base/error.hpp"
#include "assay/base/pause.hpp"
#include "assay/base/wait.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <thread>
#include <utility>

namespace assay {
namespace {

/// Values beyond this are refused by SQLite with an error; an audit does not need them.
constexpr int largest_value = 100'000'000;
/// Steps of SQLite's machine between two looks at the clock; some 50 us.
constexpr int progress_steps = 1000;

constexpr std::array<std::string_view, 5> forbidden_functions = {
    "load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"};
constexpr std::array<std::string_view, 13> allowed_pragmas = {
    "data_version", "encoding",        "foreign_key_list", "freelist_count", "index_list",
    "index_xinfo",  "integrity_check", "page_count",       "page_size",      "query_only",
    "table_info",   "table_list",      "table_xinfo"};

template <std::size_t size>
bool contains(const std::array<std::string_view, size>& names, const char* name) {
    return name != nullptr && std::find(names.begin(), names.end(), name) != names.end();
}

/// Only reading. Virtual tables such as R-trees prepare their writing statements when they are
/// opened; those are let through, because a read-only connection cannot run them.
int authorize(void*, int action, const char* first, const char* second, const char*,
              const char*) noexcept {
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
    case SQLITE_TRANSACTION:
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE: return SQLITE_OK;
    case SQLITE_FUNCTION: return contains(forbidden_functions, second) ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_PRAGMA: return contains(allowed_pragmas, first) ? SQLITE_OK : SQLITE_DENY;
    default: return SQLITE_DENY;
    }
}

void set_option(sqlite3* handle, int option, int value) {
    sqlite3_db_config(handle, option, value, nullptr);
}

ErrorKind kind_of(int code) noexcept {
    switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL: return ErrorKind::locked;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_READONLY: return ErrorKind::connection;
    case SQLITE_AUTH:
    case SQLITE_PERM: return ErrorKind::permission;
    case SQLITE_NOMEM: return ErrorKind::limit;
    default: return ErrorKind::query;
    }
}

/// assay_change_counter(): how many transactions wrote to the file, from its header, as long as the
/// file keeps a rollback journal; with a write-ahead log they are not counted, and it is NULL.
/// Read through SQLite, see plan_file(). A copy begins to count anew, and has that of the original
/// in its plan. sqlite.org/fileformat2.html 1.3
void change_counter(sqlite3_context* context, int, sqlite3_value**) noexcept {
    const auto& plan = *static_cast<const FilePlan*>(sqlite3_user_data(context));
    if (plan.is_copy) {
        if (plan.copied_counter) {
            sqlite3_result_int64(context, *plan.copied_counter);
        }
        return; // the result is NULL unless it is set
    }
    constexpr std::size_t write_version = 18;
    constexpr std::size_t counter = 24;
    constexpr unsigned char rollback_journal = 1;
    std::array<unsigned char, 28> header{};
    sqlite3_file* file = nullptr;
    sqlite3_file_control(sqlite3_context_db_handle(context), "main", SQLITE_FCNTL_FILE_POINTER,
                         &file);
    if (file == nullptr || file->pMethods == nullptr ||
        file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()), 0) !=
            SQLITE_OK ||
        header[write_version] != rollback_journal) {
        sqlite3_result_null(context);
        return;
    }
    sqlite3_int64 value = 0;
    for (std::size_t i = counter; i < header.size(); ++i) {
        value = value * 256 + header.at(i);
    }
    sqlite3_result_int64(context, value);
}

std::string seconds(std::chrono::milliseconds time) {
    return fmt::format("{} s", static_cast<double>(time.count()) / 1000.0);
}

} // namespace

void require_parameters(const SQLite::Statement& statement, int count) {
    if (statement.getBindParameterCount() != count) {
        throw Error(ErrorKind::query, "the condition has a parameter and no value for it",
                    "write the value into the condition");
    }
}

std::string text_at(SQLite::Statement& row, int column) {
    const SQLite::Column value = row.getColumn(column);
    // Not getString(): it takes the address before the conversion of a UTF-16 text moves it.
    const char* text = value.getText();
    return {text, static_cast<std::size_t>(value.getBytes())};
}

SqliteConnection::SqliteConnection(const FilePlan& plan, const SessionOptions& options,
                                   std::string id)
    : m_plan(plan), m_options(options), m_duty(options.duty_cycle), m_database([&] {
          try {
              return SQLite::Database(plan.uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI |
                                                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE);
          } catch (const SQLite::Exception& error) {
              throw Error(ErrorKind::connection,
                          fmt::format("'{}' cannot be opened: {}", plan.name, error.what()));
          }
      }()),
      m_writers(plan) {
    m_options.id = std::move(id);
    m_options.cancellation->check();
    configure();
    m_hook.emplace(*m_options.cancellation,
                   [handle = m_database.getHandle()] { sqlite3_interrupt(handle); });
}

void SqliteConnection::configure() {
    sqlite3* handle = m_database.getHandle();
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_handler(handle, &SqliteConnection::on_busy, this);
    set_option(handle, SQLITE_DBCONFIG_DEFENSIVE, 1);
    set_option(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
    set_option(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0);
    // A mistyped column in double quotes must not become a text.
    set_option(handle, SQLITE_DBCONFIG_DQS_DML, 0);
    set_option(handle, SQLITE_DBCONFIG_DQS_DDL, 0);
    set_option(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1);
    set_option(handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0);
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, largest_value);
    sqlite3_progress_handler(handle, progress_steps, &SqliteConnection::on_progress, this);
    guarded([this] {
        renew_deadline();
        m_database.exec("PRAGMA query_only=ON");
        m_database.exec("PRAGMA cell_size_check=ON");
        m_database.exec("PRAGMA mmap_size=0");
        m_database.exec("PRAGMA temp_store=MEMORY");
        // A larger one does not fit into the caches of a processor, which every page passes.
        m_database.exec("PRAGMA cache_size=-2000");
    });
    // The function only reads the plan; SQLite's interface knows no const.
    sqlite3_create_function_v2(handle, "assay_change_counter", 0, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                               const_cast<FilePlan*>(&m_plan), // NOLINT(*-const-cast): as said
                               &change_counter, nullptr, nullptr, nullptr);
    sqlite3_set_authorizer(handle, &authorize, nullptr);
}

void SqliteConnection::announce(std::string_view sql) {
    m_options.cancellation->check();
    m_options.observer->sql(m_options.id, sql);
    ++m_queries;
    m_working_since = Clock::now();
    renew_deadline();
}

void SqliteConnection::renew_deadline() noexcept {
    m_timed_out = false;
    m_deadline = Clock::now() + m_options.statement_timeout;
}

void SqliteConnection::hold_still() {
    const auto reason = [this] { return reason_of_file(m_options.pause_file); };
    const Pause pause = wait_while(reason, *m_options.observer, [this] {
        m_options.cancellation->check();
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    });
    if (pause == Pause::over) {
        renew_deadline();
        m_working_since = Clock::now();
    }
}

void SqliteConnection::rest() {
    const auto worked = std::chrono::duration_cast<std::chrono::microseconds>(
        Clock::now() - std::exchange(m_working_since, Clock::now()));
    if (const auto time = m_duty.rest_after(worked); time.count() > 0) {
        wait_for(time, *m_options.cancellation);
        m_deadline += time;
        m_working_since = Clock::now();
    }
}

void SqliteConnection::interrupt() noexcept { sqlite3_interrupt(m_database.getHandle()); }

void SqliteConnection::guarded(const std::function<void()>& work) {
    try {
        work();
    } catch (const SQLite::Exception& error) {
        if (m_gives_way && error.getErrorCode() == SQLITE_INTERRUPT) {
            give_way();
        }
        rethrow(error);
    }
}

/// Nobody has to wait for what follows.
void SqliteConnection::give_way() {
    m_options.cancellation->check();
    m_patience.reset();
    m_gives_way = false;
    m_before_giving_way();
    end_snapshot();
    throw Error(ErrorKind::locked, fmt::format("others waited to write to '{}'", m_plan.name),
                "read a copy with --copy, or let them wait with --consistent");
}

void SqliteConnection::query(const std::string& sql, const OnRow& on_row) {
    announce(sql);
    guarded([&] {
        SQLite::Statement statement(m_database, sql);
        require_parameters(statement, 0);
        while (statement.executeStep()) {
            if (on_row) {
                on_row(statement);
            }
        }
    });
}

void SqliteConnection::begin_snapshot() {
    query("BEGIN");
    // BEGIN alone takes no snapshot: the first read does.
    query("SELECT count(*) FROM sqlite_schema");
    if (sqlite3_db_readonly(m_database.getHandle(), "main") != 1) {
        throw Error(ErrorKind::internal, fmt::format("'{}' was not opened read-only", m_plan.name));
    }
}

void SqliteConnection::end_snapshot() {
    if (sqlite3_get_autocommit(m_database.getHandle()) == 0) {
        query("ROLLBACK");
    }
}

bool SqliteConnection::has_snapshot() const noexcept {
    return sqlite3_txn_state(m_database.getHandle(), "main") == SQLITE_TXN_READ;
}

std::int64_t SqliteConnection::data_version() {
    std::int64_t version = 0;
    query("PRAGMA data_version",
          [&version](SQLite::Statement& row) { version = row.getColumn(0).getInt64(); });
    return version;
}

bool SqliteConnection::is_being_written() const noexcept {
    sqlite3_file* file = nullptr;
    int is_reserved = 0;
    return sqlite3_file_control(m_database.getHandle(), "main", SQLITE_FCNTL_FILE_POINTER, &file) ==
               SQLITE_OK &&
           file != nullptr && file->pMethods != nullptr &&
           file->pMethods->xCheckReservedLock(file, &is_reserved) == SQLITE_OK && is_reserved != 0;
}

bool SqliteConnection::has_moved() noexcept {
    int moved = 0;
    const int result =
        sqlite3_file_control(m_database.getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return result != SQLITE_OK || moved != 0;
}

std::string SqliteConnection::why_not(const std::string& sql) {
    announce(sql);
    try {
        const SQLite::Statement statement(m_database, sql);
        return {};
    } catch (const SQLite::Exception& error) {
        return error.what();
    }
}

int SqliteConnection::on_progress(void* self) noexcept {
    auto& connection = *static_cast<SqliteConnection*>(self);
    if (connection.m_options.cancellation->requested()) {
        return 1;
    }
    const auto now = Clock::now();
    connection.m_timed_out = now >= connection.m_deadline;
    connection.m_gives_way =
        connection.m_patience && connection.m_writers.waited(now) >= *connection.m_patience;
    return connection.m_timed_out || connection.m_gives_way ? 1 : 0;
}

int SqliteConnection::on_busy(void* self, int attempt) noexcept {
    auto& connection = *static_cast<SqliteConnection*>(self);
    const auto now = Clock::now();
    if (attempt == 0) {
        connection.m_busy_since = now;
    }
    const auto end = connection.m_busy_since + connection.m_options.lock_timeout;
    if (now >= end || connection.m_options.cancellation->requested()) {
        return 0;
    }
    constexpr auto pause = std::chrono::milliseconds(10);
    std::this_thread::sleep_for(std::min<Clock::duration>(pause, end - now));
    return 1;
}

void SqliteConnection::rethrow(const SQLite::Exception& error) const {
    const std::string& name = m_plan.name;
    const int code =
        error.getExtendedErrorCode() > 0 ? error.getExtendedErrorCode() : error.getErrorCode();
    if (m_options.cancellation->requested()) {
        m_options.cancellation->check();
    }
    if (code == SQLITE_INTERRUPT && m_timed_out) {
        throw Error(ErrorKind::timeout,
                    fmt::format("a statement on '{}' took longer than {}", name,
                                seconds(m_options.statement_timeout)),
                    "raise --timeout, or leave this table out with --exclude");
    }
    const ErrorKind kind = kind_of(code);
    if (kind == ErrorKind::locked) {
        throw Error(kind,
                    fmt::format("'{}' stayed locked by another program for {}", name,
                                seconds(m_options.lock_timeout)),
                    "run again, or raise --lock-timeout");
    }
    switch (code) {
    case SQLITE_NOTADB:
        throw Error(kind, fmt::format("'{}' is not a SQLite database, or it is encrypted", name),
                    "check that this is the right file");
    case SQLITE_READONLY_ROLLBACK:
    case SQLITE_READONLY_RECOVERY:
    case SQLITE_READONLY_CANTINIT:
    case SQLITE_READONLY_CANTLOCK:
        throw Error(
            kind,
            fmt::format("'{}' holds an interrupted transaction that must be recovered first", name),
            "open it once with the application that owns it; assay never writes");
    case SQLITE_NOMEM:
        throw Error(kind,
                    fmt::format("a statement on '{}' needs more memory than --memory allows", name),
                    "raise --memory, or leave this table out with --exclude");
    case SQLITE_TOOBIG:
        throw Error(kind, fmt::format("'{}' holds a value of more than 100 MB", name),
                    "leave this table out with --exclude");
    default: break;
    }
    if ((code & 0xFF) == SQLITE_CORRUPT) {
        throw Error(kind, fmt::format("'{}' is damaged: {}", name, error.what()),
                    "look at it with PRAGMA integrity_check, or restore a backup");
    }
    throw Error(kind, fmt::format("'{}': {}", name, error.what()));
}

} // namespace assay
