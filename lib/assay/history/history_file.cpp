// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/history/history_file.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace assay {
namespace {

namespace fs = std::filesystem;

/// "assy", in the header of every history.
constexpr int application_id = 0x61737379;
constexpr std::chrono::milliseconds patience{15000};

bool is_damage(const SQLite::Exception& error) {
    return error.getErrorCode() == SQLITE_CORRUPT || error.getErrorCode() == SQLITE_NOTADB;
}

bool is_busy(const SQLite::Exception& error) {
    return error.getErrorCode() == SQLITE_BUSY || error.getErrorCode() == SQLITE_LOCKED;
}

using FileIdentity = std::optional<std::pair<dev_t, ino_t>>;

/// Only its owner may read it; SQLite gives the same rights to the files beside it.
void make_private(const std::string& path) {
    const int made = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made >= 0) {
        ::close(made);
    }
}

/// Where no history could be made it is not one that is empty as yet.
void require_folder(const std::string& path) {
    std::error_code unknown;
    if (!fs::is_directory(fs::path(path).parent_path() / ".", unknown)) {
        throw Error(ErrorKind::output,
                    fmt::format("there is no folder for the history '{}'", escape_text(path)),
                    "make the folder, or name another file with --history");
    }
}

/// Keeps those who open a history and those who move one aside apart. SQLite finds a journal by its
/// name: who has just opened the old file would take that of the new one for its own, and roll it
/// back. It is the folder that is locked, because to close a descriptor of the file would drop the
/// locks that SQLite has on it. Gone with the process.
class FolderLock {
public:
    /// @param operation LOCK_SH to open, LOCK_EX to move
    FolderLock(const std::string& path, int operation)
        : m_folder(::open((fs::path(path).parent_path() / ".").c_str(),
                          O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (m_folder >= 0 && ::flock(m_folder, operation | LOCK_NB) != 0 &&
               errno == EWOULDBLOCK) {
            if (std::chrono::steady_clock::now() > deadline) {
                ::close(m_folder);
                throw Error(ErrorKind::locked,
                            fmt::format("the folder of the history '{}' is locked by others",
                                        escape_text(path)),
                            "run again");
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }
    ~FolderLock() {
        if (m_folder >= 0) {
            ::close(m_folder);
        }
    }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int m_folder;
};

/// What tells a file from another one of the same name; nullopt: there is none.
FileIdentity identity_of(const std::string& path) {
    struct ::stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return std::nullopt;
    }
    return std::pair(status.st_dev, status.st_ino);
}

int number_of(SQLite::Database& database, const char* pragma) {
    return database.execAndGet(std::string("PRAGMA ") + pragma).getInt();
}

/// Switching to WAL needs the file for a moment, and SQLite does not wait for that by itself.
void use_wal(SQLite::Database& database) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (true) {
        try {
            database.exec("PRAGMA journal_mode = WAL");
            return;
        } catch (const SQLite::Exception& error) {
            if (!is_busy(error) || std::chrono::steady_clock::now() > deadline) {
                throw;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }
}

} // namespace

History::File::File(const std::string& path, HistoryAccess access)
    : m_path(path), m_access(access) {
    constexpr int most_tries = 4; // others may move the file aside at the same time
    for (int tries = 1;; ++tries) {
        try {
            open();
            return;
        } catch (const SQLite::Exception& error) {
            if (m_access != HistoryAccess::keep && is_damage(error)) {
                refuse_damaged(error);
            }
            const bool may_retry = is_damage(error) || error.getErrorCode() == SQLITE_CANTOPEN;
            if (!may_retry || tries == most_tries) {
                rethrow(error);
            }
            if (is_damage(error)) {
                set_aside();
            }
        }
    }
}

void History::File::open() {
    if (m_access == HistoryAccess::keep) {
        make_private(m_path);
    }
    const FolderLock lock(m_path, LOCK_SH);
    m_identity = identity_of(m_path);
    if (!m_identity && m_access == HistoryAccess::read) {
        require_folder(m_path);
        m_database = std::make_unique<SQLite::Database>(":memory:", SQLite::OPEN_READWRITE);
        migrate();
        return;
    }
    if (!m_identity && m_access == HistoryAccess::manage) {
        throw Error(ErrorKind::connection,
                    fmt::format("there is no history '{}'", escape_text(m_path)),
                    "runs are kept there with: assay freshness DB --history FILE");
    }
    m_database = std::make_unique<SQLite::Database>(m_path, SQLite::OPEN_READWRITE,
                                                    static_cast<int>(patience.count()));
    require_history();
    if (m_access == HistoryAccess::read) {
        read_only();
    } else {
        use_wal(*m_database);
        m_database->exec("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
    }
    migrate();
    if (m_database->execAndGet("PRAGMA quick_check(1)").getString() != "ok") {
        throw SQLite::Exception("damaged", SQLITE_CORRUPT);
    }
}

/// One of an older version is brought up to date in a copy.
void History::File::read_only() {
    if (number_of(*m_database, "user_version") < schema_version) {
        auto copy = std::make_unique<SQLite::Database>(":memory:", SQLite::OPEN_READWRITE);
        SQLite::Backup(*copy, *m_database).executeStep(-1);
        m_database = std::move(copy);
    } else {
        m_database->exec("PRAGMA query_only = ON");
    }
}

void History::File::require_history() {
    // First, because another run makes its tables and its mark at once.
    const bool is_new = m_database->execAndGet("SELECT count(*) FROM sqlite_schema").getInt() == 0;
    const int kind = number_of(*m_database, "application_id");
    const bool may_begin = is_new && kind == 0 && m_access == HistoryAccess::keep;
    if (kind != application_id && !may_begin) {
        throw Error(ErrorKind::usage,
                    fmt::format("'{}' is {}, but no history of assay", escape_text(m_path),
                                is_new ? "an empty database" : "a database"),
                    "name another file with --history");
    }
}

void History::File::migrate() {
    const auto is_current = [this] {
        const int version = number_of(*m_database, "user_version");
        if (version > schema_version) {
            throw Error(
                ErrorKind::usage,
                fmt::format("the history '{}' was written by a newer assay", escape_text(m_path)),
                "upgrade assay, or name another file with --history");
        }
        return version == schema_version;
    };
    if (is_current()) {
        return;
    }
    write([&](SQLite::Database& database) {
        if (is_current()) {
            return; // another run was faster
        }
        database.exec("PRAGMA application_id = " + std::to_string(application_id));
        while (!is_current()) {
            migrate_history(database, number_of(database, "user_version"));
        }
    });
}

/// Never deleted: somebody may want to look at it. Another run may have moved it already; what
/// stands there then is a new one.
void History::File::set_aside() {
    m_database.reset();
    const FolderLock lock(m_path, LOCK_EX);
    if (identity_of(m_path) != m_identity) {
        return;
    }
    std::string stamp = format_instant(system_now() / micros_per_second * micros_per_second);
    stamp.erase(std::remove(stamp.begin(), stamp.end(), ':'), stamp.end());
    const std::string aside = fmt::format("{}.corrupt-{}", m_path, stamp);
    std::error_code failed;
    // The file itself last: a new one must not find the log of the old one beside it.
    for (const char* suffix : {"-wal", "-shm", ""}) {
        fs::rename(m_path + suffix, aside + suffix, failed);
    }
    if (failed) {
        throw Error(ErrorKind::output,
                    fmt::format("the history '{}' is damaged and cannot be moved aside: {}",
                                escape_text(m_path), failed.message()));
    }
    m_note = fmt::format("the history '{}' was damaged: it was moved to '{}', and a new one begun",
                         m_path, aside);
}

/// Somebody wants to do something with the runs in it: none of them may seem to be gone.
void History::File::refuse_damaged(const SQLite::Exception& error) const {
    if (error.getErrorCode() == SQLITE_NOTADB) {
        throw Error(
            ErrorKind::connection,
            fmt::format("'{}' is no SQLite database, so no history of assay", escape_text(m_path)),
            "name another file with --history");
    }
    throw Error(ErrorKind::connection,
                fmt::format("the history '{}' is damaged", escape_text(m_path)),
                "nothing was changed; 'sqlite3 FILE .recover' may save its runs, and the next run "
                "that is kept there moves it aside");
}

void History::File::write(const std::function<void(SQLite::Database&)>& work) const {
    guarded([&](SQLite::Database& database) {
        SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
        work(database);
        transaction.commit();
    });
}

void History::File::shrink() const {
    guarded([](SQLite::Database& database) {
        database.setBusyTimeout(0);
        try {
            database.exec("VACUUM");
            database.exec("PRAGMA wal_checkpoint(TRUNCATE)"); // only this shortens the file
        } catch (const SQLite::Exception& error) {
            if (!is_busy(error)) {
                throw;
            }
        }
        database.setBusyTimeout(static_cast<int>(patience.count()));
    });
}

void History::File::guarded(const std::function<void(SQLite::Database&)>& work) const {
    try {
        work(*m_database);
    } catch (const SQLite::Exception& error) {
        rethrow(error);
    }
}

void History::File::rethrow(const SQLite::Exception& error) const {
    if (is_busy(error)) {
        throw Error(ErrorKind::locked,
                    fmt::format("the history '{}' is locked by others", escape_text(m_path)),
                    "run again");
    }
    throw Error(ErrorKind::output,
                fmt::format("the history '{}' cannot be used: {}", escape_text(m_path),
                            escape_text(error.what())),
                "the folder must exist and be writable");
}

} // namespace assay
