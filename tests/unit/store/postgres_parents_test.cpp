// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "postgres_support.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;
using namespace assay::test::pg;

namespace {

/// Uneven and one level deeper, with an empty partition: 35 MB in about 4,500 pages, of which the
/// largest has 3,000. And a parent by INHERITS that has rows itself.
constexpr const char* parents =
    "CREATE TABLE p (i integer, k integer, t text) PARTITION BY RANGE (i);"
    "CREATE TABLE p_small PARTITION OF p FOR VALUES FROM (1) TO (11);"
    "CREATE TABLE p_large PARTITION OF p FOR VALUES FROM (11) TO (24001);"
    "CREATE TABLE p_empty PARTITION OF p FOR VALUES FROM (50000) TO (60000);"
    "CREATE TABLE p_deep PARTITION OF p DEFAULT PARTITION BY LIST (k);"
    "CREATE TABLE p_deep_0 PARTITION OF p_deep FOR VALUES IN (0);"
    "CREATE TABLE p_deep_1 PARTITION OF p_deep DEFAULT;"
    "INSERT INTO p SELECT i, i % 2, repeat('x', 900) FROM generate_series(1, 36000) i;"
    "CREATE TABLE base (i integer, k integer, t text);"
    "CREATE TABLE heir (more integer) INHERITS (base); CREATE TABLE bare () INHERITS (heir);"
    "INSERT INTO base SELECT i, 0, repeat('x', 900) FROM generate_series(1, 12000) i;"
    "INSERT INTO heir SELECT i, 0, repeat('x', 900) FROM generate_series(12001, 36000) i";
constexpr std::size_t all_rows = 36'000;

std::vector<std::string> copies(const PostgresFixture& fixture) {
    std::vector<std::string> found;
    for (const std::string& sql : fixture.observer.statements) {
        if (sql.find("COPY") == 0) {
            found.push_back(sql);
        }
    }
    return found;
}

bool has_range(const std::string& sql) { return sql.find("ctid") != std::string::npos; }

/// Is every number from 1 to all_rows in the first column once?
bool are_all_once(const Rows& rows) {
    std::vector<int> seen(all_rows + 1);
    for (const auto& row : rows) {
        ++seen.at(static_cast<std::size_t>(row[0].integer));
    }
    return rows.size() == all_rows && std::count(seen.begin(), seen.end(), 1) == all_rows;
}

} // namespace

TEST_CASE("a parent of partitions or children is read in chunks, and each row once", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(parents);
    for (const std::string name : {"p", "base"}) {
        CAPTURE(name);
        const PostgresFixture fixture(database.conninfo());
        const Catalog catalog = fixture.session->catalog();
        CHECK(are_all_once(rows_of(*fixture.session, table_named(catalog, name))));
        const auto sent = copies(fixture);
        CHECK(sent.size() >= 2);
        CHECK(std::all_of(sent.begin(), sent.end(), has_range));
    }
}

TEST_CASE("the parts of a parent hold each row once, also when its children grew meanwhile",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(parents);
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    database.execute("INSERT INTO p SELECT i, 0, repeat('y', 900) FROM generate_series(1, 36000) i;"
                     "INSERT INTO bare SELECT i, 0, repeat('y', 900)"
                     " FROM generate_series(1, 36000) i");
    for (const std::string name : {"p", "base"}) {
        CAPTURE(name);
        ScanRequest request = whole(table_named(catalog, name));
        const auto parts = fixture.session->split(request);
        REQUIRE(parts.size() >= 2);
        CHECK(parts.front().first == 0);
        const auto fork = fixture.session->fork();
        REQUIRE(fork != nullptr);
        RowCollector collector;
        for (std::size_t worker = 0; worker < 2; ++worker) {
            request.parts.clear();
            for (std::size_t i = worker; i < parts.size(); i += 2) {
                request.parts.push_back(parts[i]);
            }
            (worker == 0 ? *fork : *fixture.session).scan(request, collector);
        }
        CHECK(collector.parts == parts.size());
        CHECK(are_all_once(collector.rows));
    }
}

TEST_CASE("the first chunk of a parent takes 16 MiB of all its children together", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE TABLE p (i integer, t text) PARTITION BY HASH (i);"
        "CREATE TABLE p0 PARTITION OF p FOR VALUES WITH (MODULUS 4, REMAINDER 0);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES WITH (MODULUS 4, REMAINDER 1);"
        "CREATE TABLE p2 PARTITION OF p FOR VALUES WITH (MODULUS 4, REMAINDER 2);"
        "CREATE TABLE p3 PARTITION OF p FOR VALUES WITH (MODULUS 4, REMAINDER 3);"
        "INSERT INTO p SELECT i, repeat('x', 900) FROM generate_series(1, 36000) i");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    CHECK(are_all_once(rows_of(*fixture.session, table_named(catalog, "p"))));
    // A quarter of 2,048 pages of 8 KiB from each.
    CHECK(copies(fixture).at(0).find("'(512,0)'") != std::string::npos);
}

TEST_CASE("a parent of a foreign table is one stream, and one without rights on its ctid",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresRole role;
    const PostgresDatabase database(parents);
    database.execute(
        "CREATE EXTENSION postgres_fdw; CREATE TABLE far (i integer, k integer, t text);"
        "INSERT INTO far VALUES (1, 1, 'far'); CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw"
        " OPTIONS (host '" +
        PostgresClient(database.conninfo()).value("SHOW unix_socket_directories") + "', dbname '" +
        database.name() +
        "'); CREATE USER MAPPING FOR CURRENT_USER SERVER s;"
        "CREATE FOREIGN TABLE p_far PARTITION OF p FOR VALUES FROM (40000) TO (50000)"
        " SERVER s OPTIONS (schema_name 'public', table_name 'far');"
        "GRANT SELECT (i) ON base TO " +
        role.name());
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    const ScanRequest request = whole(table_named(catalog, "p"));
    CHECK(fixture.session->split(request).empty());
    RowCounter counter;
    fixture.session->scan(request, counter);
    CHECK(counter.rows == all_rows + 1);
    CHECK(copies(fixture).size() == 1);

    const PostgresFixture poor(database.conninfo(role.name()));
    const Catalog seen = poor.session->catalog();
    ScanRequest column = whole(table_named(seen, "base"));
    column.columns = {0};
    CHECK(poor.session->split(column).empty());
    RowCollector collector;
    poor.session->scan(column, collector);
    CHECK(are_all_once(collector.rows));
    CHECK(copies(poor).size() == 1);
}

TEST_CASE(
    "a parent of very many partitions is read in chunks by one session, for the sake of locks",
    "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE p (i integer, t text) PARTITION BY HASH (i)");
    // Two thirds of the locks that a session may take without an index, more than that with one.
    const int count =
        std::stoi(database.value("SELECT current_setting('max_locks_per_transaction')::int"
                                 " * current_setting('max_connections')::int / 24"));
    std::string sql;
    for (int i = 0; i < count; ++i) {
        sql += "CREATE TABLE p" + std::to_string(i) + " PARTITION OF p FOR VALUES WITH (MODULUS " +
               std::to_string(count) + ", REMAINDER " + std::to_string(i) + ");";
    }
    database.execute(sql);
    database.execute("INSERT INTO p SELECT i, repeat('x', 1500) FROM generate_series(1, 36000) i");
    const auto parts = [&](const PostgresFixture& fixture, const Catalog& catalog) {
        return fixture.session->split(whole(table_named(catalog, "p"))).size();
    };
    {
        const PostgresFixture fixture(database.conninfo());
        const Catalog catalog = fixture.session->catalog();
        CHECK(parts(fixture, catalog) >= 2);
    }
    database.execute("CREATE INDEX ON p (i)");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    CHECK(parts(fixture, catalog) == 0);
    CHECK(are_all_once(rows_of(*fixture.session, table_named(catalog, "p"))));
    CHECK(copies(fixture).size() >= 2);
}

TEST_CASE("who may read the parent only reads it in chunks", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresRole role;
    const PostgresDatabase database(parents);
    // Policies of a child are not asked for what is read by its parent.
    database.execute("GRANT SELECT ON p TO " + role.name() +
                     "; ALTER TABLE p_large ENABLE ROW LEVEL SECURITY");
    const PostgresFixture fixture(database.conninfo(role.name()));
    const Catalog catalog = fixture.session->catalog();
    const TableSchema& table = table_named(catalog, "p");
    CHECK(fixture.session->split(whole(table)).size() >= 2);
    CHECK(are_all_once(rows_of(*fixture.session, table)));
    CHECK(copies(fixture).size() >= 2);
}

TEST_CASE("a scan of a parent gives way to those who want to alter a child, and goes on",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(parents);
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    {
        AlteringSink sink(database, "ALTER TABLE p_large ADD CHECK (i > 0)");
        fixture.session->scan(whole(table_named(catalog, "p")), sink);
        CHECK(sink.rows == all_rows);
        CHECK(count_notes(fixture, "gave way") == 1);
    }
    // Rows that it has not seen yet must not be left out, and none be read that came with others.
    for (const std::string sql :
         {"TRUNCATE p_large", "ALTER TABLE p DETACH PARTITION p_large",
          "CREATE TABLE p_new (LIKE p); ALTER TABLE p ATTACH PARTITION p_new FOR VALUES FROM"
          " (70000) TO (80000)"}) {
        CAPTURE(sql);
        const PostgresDatabase other(parents);
        const PostgresFixture fresh(other.conninfo());
        const Catalog seen = fresh.session->catalog();
        AlteringSink sink(other, sql);
        const auto error =
            error_of([&] { fresh.session->scan(whole(table_named(seen, "p")), sink); });
        REQUIRE(error);
        CHECK(error->kind() == ErrorKind::changed);
    }
}
