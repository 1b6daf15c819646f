// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "case_store.hpp"

#include <memory>
#include <stdexcept>

#include <libpq-fe.h>
#include <sqlite3.h>
#include <unistd.h>

namespace assay::testing {

namespace {

class SqliteStore final : public CaseStore {
public:
    SqliteStore(const std::string& folder, const std::string& name)
        : m_path(folder + "/" + name + ".db") {
        execute("VACUUM"); // writes the file, also when there is nothing to set up
    }

    void execute(const std::string& sql) override {
        sqlite3* handle = nullptr;
        const int opened = sqlite3_open(m_path.c_str(), &handle);
        const std::unique_ptr<sqlite3, int (*)(sqlite3*)> connection(handle, sqlite3_close);
        if (opened != SQLITE_OK ||
            sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
            throw std::runtime_error(std::string("setup: ") + sqlite3_errmsg(handle));
        }
    }
    std::string url() const override { return m_path; }
    std::string mark() const override { return m_path; }

private:
    std::string m_path;
};

using Connection = std::unique_ptr<PGconn, void (*)(PGconn*)>;

Connection connect(const std::string& target) {
    Connection connection(PQconnectdb(target.c_str()), PQfinish);
    if (PQstatus(connection.get()) != CONNECTION_OK) {
        throw std::runtime_error(PQerrorMessage(connection.get()));
    }
    // Notices of a set-up ("identifier will be truncated") are no part of a test's output.
    PQsetNoticeProcessor(
        connection.get(), [](void*, const char*) {}, nullptr);
    return connection;
}

void run(PGconn* connection, const std::string& sql) {
    const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection, sql.c_str()),
                                                                PQclear);
    const auto status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
        throw std::runtime_error(std::string("setup: ") + PQerrorMessage(connection));
    }
}

class PostgresStore final : public CaseStore {
public:
    PostgresStore(std::string cluster, const std::string& name)
        : m_cluster(std::move(cluster)),
          m_name("assay_case_" + std::to_string(::getpid()) + "_" + name) {
        run(connect(m_cluster).get(), "CREATE DATABASE " + m_name + " TEMPLATE template0");
    }
    PostgresStore(const PostgresStore&) = delete;
    PostgresStore& operator=(const PostgresStore&) = delete;
    ~PostgresStore() override {
        try {
            run(connect(m_cluster).get(), "DROP DATABASE " + m_name + " WITH (FORCE)");
        } catch (const std::exception&) {
            // The cluster is a throw-away one, and a failure must not hide the test's own.
        }
    }

    void execute(const std::string& sql) override {
        run(connect(m_cluster + " dbname=" + m_name).get(), sql);
    }
    std::string url() const override {
        const auto connection = connect(m_cluster + " dbname=" + m_name);
        return std::string("postgresql://") + PQuser(connection.get()) + "@/" + m_name +
               "?host=" + PQhost(connection.get()) + "&port=" + PQport(connection.get());
    }
    std::string mark() const override { return m_name; }

private:
    std::string m_cluster;
    std::string m_name;
};

} // namespace

std::unique_ptr<CaseStore> make_sqlite_store(const std::string& folder, const std::string& name) {
    return std::make_unique<SqliteStore>(folder, name);
}

std::unique_ptr<CaseStore> make_postgres_store(const std::string& cluster,
                                               const std::string& name) {
    return std::make_unique<PostgresStore>(cluster, name);
}

} // namespace assay::testing
