// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "plain_sql.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <libpq-fe.h>

#include <stdexcept>

namespace assay::test {
namespace {

class SqliteSql final : public PlainSql {
public:
    explicit SqliteSql(const std::string& path) : m_database(path, SQLite::OPEN_READONLY) {}

    StoreKind kind() const override { return StoreKind::sqlite; }
    std::vector<Cells> rows(const std::string& sql) override {
        SQLite::Statement statement(m_database, sql);
        std::vector<Cells> all;
        while (statement.executeStep()) {
            Cells cells;
            for (int i = 0; i < statement.getColumnCount(); ++i) {
                cells.push_back(cell(statement.getColumn(i)));
            }
            all.push_back(std::move(cells));
        }
        return all;
    }

private:
    static Cell cell(const SQLite::Column& column) {
        if (column.isNull()) {
            return std::nullopt;
        }
        // The text that SQLite makes of a real number has 15 digits only.
        return column.isFloat() ? fmt::format("{}", column.getDouble()) : column.getString();
    }

    SQLite::Database m_database;
};

class PostgresSql final : public PlainSql {
public:
    explicit PostgresSql(const std::string& conninfo)
        : m_connection(PQconnectdb(conninfo.c_str())) {
        if (PQstatus(m_connection.get()) != CONNECTION_OK) {
            throw std::runtime_error(PQerrorMessage(m_connection.get()));
        }
    }

    StoreKind kind() const override { return StoreKind::postgresql; }
    std::vector<Cells> rows(const std::string& sql) override {
        const std::unique_ptr<PGresult, Finish> result(PQexec(m_connection.get(), sql.c_str()));
        if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) {
            throw std::runtime_error(PQerrorMessage(m_connection.get()) + sql);
        }
        std::vector<Cells> all;
        for (int row = 0; row < PQntuples(result.get()); ++row) {
            Cells cells;
            for (int i = 0; i < PQnfields(result.get()); ++i) {
                const bool null = PQgetisnull(result.get(), row, i) != 0;
                cells.push_back(null ? Cell() : Cell(PQgetvalue(result.get(), row, i)));
            }
            all.push_back(std::move(cells));
        }
        return all;
    }

private:
    struct Finish {
        void operator()(PGconn* connection) const { PQfinish(connection); }
        void operator()(PGresult* result) const { PQclear(result); }
    };
    std::unique_ptr<PGconn, Finish> m_connection;
};

std::string between(char quote, const std::string& text) {
    std::string all(1, quote);
    for (const char letter : text) {
        all.append(letter == quote ? 2 : 1, letter);
    }
    return all + quote;
}

} // namespace

std::unique_ptr<PlainSql> plain_sqlite(const std::string& path) {
    return std::make_unique<SqliteSql>(path);
}

std::unique_ptr<PlainSql> plain_postgres(const std::string& conninfo) {
    return std::make_unique<PostgresSql>(conninfo);
}

std::string quoted(const std::string& name) { return between('"', name); }

std::string literal(const std::string& text) { return between('\'', text); }

} // namespace assay::test
