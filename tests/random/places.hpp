// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/duplicate_scan.hpp"
#include "assay/scan/profiler.hpp"
#include "postgres_database.hpp"
#include "real/plain_sql.hpp"
#include "sqlite_file.hpp"
#include "temp_dir.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace assay::test {

/// A session on a database, to profile its table "t" with.
class Subject {
public:
    Subject(StoreKind kind, const std::string& target) {
        Location location;
        location.kind = kind;
        location.target = target;
        SessionOptions options;
        options.observer = &m_observer;
        options.cancellation = &m_cancellation;
        m_session = open_session(location, options);
        for (auto& table : m_session->catalog().tables) {
            if (table.ref.name == "t") {
                m_table = std::move(table);
            }
        }
    }

    TableProfile profile(unsigned jobs, std::vector<ScanPart> parts = {},
                         std::size_t memory = std::size_t{256} << 20U) {
        Workers workers(*m_session, jobs);
        ProfileRequest request;
        request.parts = std::move(parts);
        request.memory = memory;
        return profile_table(workers, m_table, request);
    }
    std::vector<Duplicates> duplicates(unsigned jobs, const DuplicateRequest& request) {
        Workers workers(*m_session, jobs);
        return scan_duplicates(workers, m_table, request);
    }
    const TableSchema& table() const { return m_table; }
    bool has_pages() const { return m_table.pages > 0; }

private:
    SilentObserver m_observer;
    Cancellation m_cancellation;
    std::unique_ptr<Session> m_session;
    TableSchema m_table;
};

/// A place for one random table at a time.
class Place {
public:
    virtual ~Place() = default;
    /// Put a table there. @throws std::exception if the store refuses a statement.
    virtual void make(const std::string& sql) = 0;
    virtual Subject open() const = 0;
    virtual std::unique_ptr<PlainSql> plain() const = 0;
    /// A few parts that hold all of the table; none if it cannot be split.
    virtual std::vector<ScanPart> parts(const Subject& subject) const = 0;
};

class SqlitePlace final : public Place {
public:
    void make(const std::string& sql) override {
        m_path = m_folder.file(fmt::format("{}.db", ++m_count));
        run_sqlite(m_path, "PRAGMA synchronous = OFF; BEGIN; " + sql + "COMMIT");
    }
    Subject open() const override { return {StoreKind::sqlite, m_path}; }
    std::unique_ptr<PlainSql> plain() const override { return plain_sqlite(m_path); }
    std::vector<ScanPart> parts(const Subject&) const override {
        return {{0, std::numeric_limits<std::int64_t>::min(), -15'001},
                {1, -15'000, -15'000},
                {2, -14'999, 2'999},
                {3, 3'000, 9'000},
                {4, 9'001, std::numeric_limits<std::int64_t>::max()}};
    }

private:
    TempDir m_folder;
    std::string m_path;
    int m_count = 0;
};

class PostgresPlace final : public Place {
public:
    void make(const std::string& sql) override {
        m_client.execute("DROP TABLE IF EXISTS t; " + sql);
    }
    Subject open() const override { return {StoreKind::postgresql, m_database.conninfo()}; }
    std::unique_ptr<PlainSql> plain() const override {
        // Intervals as assay reads them, in the form that knows only one spelling.
        return plain_postgres(PostgresDatabase::with_option(m_database.conninfo(), "options",
                                                            "-c intervalstyle=iso_8601"));
    }
    std::vector<ScanPart> parts(const Subject& subject) const override {
        if (!subject.has_pages()) {
            return {};
        }
        return {{0, 0, 0}, {1, 1, 2}, {2, 3, std::int64_t{1} << 32U}};
    }

private:
    PostgresDatabase m_database;
    PostgresClient m_client{m_database.conninfo()};
};

} // namespace assay::test
