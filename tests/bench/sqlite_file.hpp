// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace assay::bench {

struct CloseSqlite {
    void operator()(sqlite3* db) const noexcept { sqlite3_close(db); }
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseSqlite>;
using Statement = std::unique_ptr<sqlite3_stmt, CloseSqlite>;

inline Database create(const std::string& path) {
    sqlite3* db = nullptr;
    const int status =
        sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    Database owner(db);
    if (status != SQLITE_OK) {
        throw std::runtime_error("cannot create " + path);
    }
    return owner;
}

inline void execute(const Database& db, const std::string& sql) {
    if (sqlite3_exec(db.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        throw std::runtime_error(sqlite3_errmsg(db.get()));
    }
}

inline Statement prepare(const Database& db, const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db.get(), sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
        throw std::runtime_error(sqlite3_errmsg(db.get()));
    }
    return Statement(statement);
}

/// With what was bound, which must be there still.
inline void insert_row(const Database& db, const Statement& statement) {
    if (sqlite3_step(statement.get()) != SQLITE_DONE) {
        throw std::runtime_error(sqlite3_errmsg(db.get()));
    }
    sqlite3_reset(statement.get());
}

/// Numbers the parameters of an INSERT as it goes.
class Binder {
public:
    explicit Binder(const Statement& statement) : m_statement(statement.get()) {}

    void integer(std::int64_t value) { sqlite3_bind_int64(m_statement, ++m_index, value); }
    void real(double value) { sqlite3_bind_double(m_statement, ++m_index, value); }
    void text(std::string_view value) {
        sqlite3_bind_text(m_statement, ++m_index, value.data(), static_cast<int>(value.size()),
                          SQLITE_STATIC);
    }
    void null() { sqlite3_bind_null(m_statement, ++m_index); }

private:
    sqlite3_stmt* m_statement;
    int m_index = 0;
};

} // namespace assay::bench
