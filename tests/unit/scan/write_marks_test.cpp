// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/write_marks.hpp"
#include "time_tables.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace assay;
using namespace assay::test;

namespace {

std::optional<std::int64_t> sqlite_counter(const std::string& path) {
    Opened opened(sqlite_location(path));
    const WriteMarks marks = read_write_marks(*opened.session, opened.table, "");
    CHECK(marks.mark == WriteMark::file_counter);
    CHECK_FALSE(marks.committed);
    return marks.counter;
}

std::int64_t server_counter(const PostgresDatabase& database) {
    Opened opened(postgres_location(database));
    return opened.session->query_row(write_counter_query(StoreKind::postgresql, opened.table))
        .at(0)
        .integer;
}

} // namespace

TEST_CASE("a SQLite file counts the transactions that wrote to it") {
    const TempDir folder;
    const auto path = folder.file("t.db");
    run_sqlite(path, "CREATE TABLE t (name TEXT)");
    const auto before = sqlite_counter(path);
    REQUIRE(before);
    CHECK(sqlite_counter(path) == before);
    run_sqlite(path, "INSERT INTO t VALUES ('a')");
    CHECK(sqlite_counter(path) == *before + 1);
}

TEST_CASE("a write-ahead log is not counted") {
    const TempDir folder;
    const auto path = folder.file("t.db");
    run_sqlite(path, "PRAGMA journal_mode = WAL; CREATE TABLE t (name TEXT)");
    CHECK_FALSE(sqlite_counter(path));
}

TEST_CASE("Postgres counts the rows that were written", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t (name TEXT)");
    const auto before = server_counter(database);
    database.execute("INSERT INTO t VALUES ('a'), ('b'); UPDATE t SET name = 'c';"
                     "DELETE FROM t WHERE false; SELECT pg_stat_force_next_flush()");
    database.execute("SELECT 1");
    CHECK(server_counter(database) == before + 4);
}

TEST_CASE("Postgres keeps when rows were committed", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t (name TEXT)");
    const auto marks = [&](const std::string& where) {
        Opened opened(postgres_location(database));
        REQUIRE(keeps_commit_times(*opened.session));
        const WriteMarks found = read_write_marks(*opened.session, opened.table, where);
        CHECK(found.mark == WriteMark::commits);
        return found.committed;
    };
    CHECK_FALSE(marks(""));
    database.execute("INSERT INTO t VALUES ('a')");
    const auto first = marks("");
    REQUIRE(first);
    CHECK(std::abs(system_now() - *first) < 600 * micros_per_second);
    database.execute("INSERT INTO t VALUES ('b')");
    CHECK(*marks("") > *first);
    CHECK(marks("name = 'a'") == first);
}
