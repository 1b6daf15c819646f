// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <libpq-fe.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <unistd.h>

namespace assay::test {

/// The connection string of the throw-away cluster's superuser; empty without one.
inline std::string postgres_server() {
    const char* server = std::getenv("ASSAY_TEST_POSTGRES");
    return server != nullptr ? server : "";
}

/// Is there a cluster to test with? Says "SKIPPED" when there is none, so that a test that returns
/// is never silently absent.
inline bool has_postgres() {
    if (!postgres_server().empty()) {
        return true;
    }
    std::cout << "SKIPPED: no Postgres (set ASSAY_TEST_POSTGRES)\n";
    return false;
}

/// A connection of the test itself, beside those of the code under test.
class PostgresClient {
public:
    explicit PostgresClient(const std::string& conninfo)
        : m_connection(PQconnectdb(conninfo.c_str())) {
        PQsetNoticeProcessor(
            m_connection.get(), [](void*, const char*) {}, nullptr);
        if (PQstatus(m_connection.get()) != CONNECTION_OK) {
            throw std::runtime_error(PQerrorMessage(m_connection.get()));
        }
    }

    /// Run any number of statements. @throws std::runtime_error with the server's text.
    void execute(const std::string& sql) { check(PQexec(m_connection.get(), sql.c_str())); }

    /// The first value of the first row, "" for NULL or no row.
    std::string value(const std::string& sql) {
        const Result result = check(PQexec(m_connection.get(), sql.c_str()));
        return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
    }

    /// The process of the server that serves this connection.
    int pid() const { return PQbackendPID(m_connection.get()); }

private:
    struct Finish {
        void operator()(PGconn* connection) const { PQfinish(connection); }
        void operator()(PGresult* result) const { PQclear(result); }
    };
    using Result = std::unique_ptr<PGresult, Finish>;

    Result check(PGresult* raw) {
        Result result(raw);
        const auto status = PQresultStatus(result.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK &&
            status != PGRES_EMPTY_QUERY) {
            throw std::runtime_error(PQerrorMessage(m_connection.get()));
        }
        return result;
    }

    std::unique_ptr<PGconn, Finish> m_connection;
};

/// A database of its own for one test, dropped with this object.
class PostgresDatabase {
public:
    /// @param sql fills it; any number of statements.
    /// @param options of CREATE DATABASE, such as "TEMPLATE template0 ENCODING 'LATIN1'".
    explicit PostgresDatabase(std::string_view sql = {}, const std::string& options = {})
        : m_name(unique_name("db")) {
        PostgresClient(postgres_server()).execute("CREATE DATABASE " + m_name + " " + options);
        try {
            execute(std::string(sql));
        } catch (...) {
            drop();
            throw;
        }
    }
    ~PostgresDatabase() { drop(); }
    PostgresDatabase(const PostgresDatabase&) = delete;
    PostgresDatabase& operator=(const PostgresDatabase&) = delete;

    /// For PostgresClient and for the code under test.
    /// @param user the role to connect as; empty: the superuser.
    std::string conninfo(const std::string& user = {}) const {
        return with_option(with_option(postgres_server(), "dbname", m_name), "user", user);
    }
    const std::string& name() const { return m_name; }

    /// Run statements as the superuser, on a connection of their own.
    void execute(const std::string& sql) const { PostgresClient(conninfo()).execute(sql); }
    std::string value(const std::string& sql) const {
        return PostgresClient(conninfo()).value(sql);
    }

    /// A name that no other test uses, for roles and databases.
    static std::string unique_name(std::string_view what) {
        static std::atomic<int> counter{0};
        return "assay_test_" + std::string(what) + "_" + std::to_string(getpid()) + "_" +
               std::to_string(++counter);
    }

    /// A keyword string with one option set anew. @param conninfo in any form that libpq knows.
    static std::string with_option(const std::string& conninfo, std::string_view keyword,
                                   std::string_view value) {
        char* message = nullptr;
        PQconninfoOption* options = PQconninfoParse(conninfo.c_str(), &message);
        if (options == nullptr) {
            PQfreemem(message);
            throw std::runtime_error("ASSAY_TEST_POSTGRES is no connection string");
        }
        std::string text;
        for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
            const bool replaced = option->keyword == keyword && !value.empty();
            const std::string chosen =
                replaced ? std::string(value) : (option->val != nullptr ? option->val : "");
            if (!chosen.empty()) {
                text += std::string(option->keyword) + "=" + quoted_option(chosen) + " ";
            }
        }
        PQconninfoFree(options);
        return text;
    }

private:
    static std::string quoted_option(std::string_view value) {
        std::string text = "'";
        for (const char letter : value) {
            if (letter == '\'' || letter == '\\') {
                text += '\\';
            }
            text += letter;
        }
        return text + "'";
    }

    void drop() const {
        try {
            PostgresClient(postgres_server())
                .execute("DROP DATABASE IF EXISTS " + m_name + " WITH (FORCE)");
        } catch (const std::exception& error) {
            std::cerr << "cannot drop " << m_name << ": " << error.what();
        }
    }

    std::string m_name;
};

/// A role of its own for one test, dropped with this object. Declare it before the database in
/// which it gets privileges.
class PostgresRole {
public:
    explicit PostgresRole(const std::string& options = "LOGIN")
        : m_name(PostgresDatabase::unique_name("role")) {
        PostgresClient(postgres_server()).execute("CREATE ROLE " + m_name + " " + options);
    }
    ~PostgresRole() {
        try {
            PostgresClient(postgres_server()).execute("DROP ROLE IF EXISTS " + m_name);
        } catch (const std::exception& error) {
            std::cerr << "cannot drop " << m_name << ": " << error.what();
        }
    }
    PostgresRole(const PostgresRole&) = delete;
    PostgresRole& operator=(const PostgresRole&) = delete;

    const std::string& name() const { return m_name; }

private:
    std::string m_name;
};

} // namespace assay::test
