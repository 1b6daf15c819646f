// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

namespace assay::test {

/// Run SQL text on a database file, which is made if it is not there.
inline void run_sqlite(const std::string& path, const std::string& sql) {
    SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec(sql);
}

/// Run SQL text in a process of its own that ends without closing the database, as after a crash:
/// side files stay behind.
inline void crash_sqlite(const std::string& path, const std::string& sql) {
    const pid_t child = ::fork();
    if (child == 0) {
        try {
            SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
            database.exec(sql);
            ::_exit(0); // while it is open
        } catch (...) {
            ::_exit(1);
        }
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child || status != 0) {
        throw std::runtime_error("the writing process failed");
    }
}

} // namespace assay::test
