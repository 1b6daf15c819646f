// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/history/history.hpp"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/SQLiteCpp.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <sys/types.h>

namespace assay {

/// The open file behind a History.
class History::File {
public:
    File(const std::string& path, HistoryAccess access);

    /// Run `work` in one transaction that waits for its turn to write.
    void write(const std::function<void(SQLite::Database&)>& work) const;
    /// Run `work`, and turn errors of SQLite into Error.
    void guarded(const std::function<void(SQLite::Database&)>& work) const;

    /// Give back the space of what was removed; not while others use the file.
    void shrink() const;

    const std::string& note() const noexcept { return m_note; }

private:
    void open();
    void read_only();
    void require_history();
    void migrate();
    void set_aside();
    [[noreturn]] void rethrow(const SQLite::Exception& error) const;
    [[noreturn]] void refuse_damaged(const SQLite::Exception& error) const;

    std::string m_path;
    HistoryAccess m_access;
    std::string m_note;
    std::optional<std::pair<dev_t, ino_t>> m_identity; ///< of the file when it was opened
    std::unique_ptr<SQLite::Database> m_database;
};

/// Make the tables of the schema that follows `version`.
void migrate_history(SQLite::Database& database, int version);

} // namespace assay
