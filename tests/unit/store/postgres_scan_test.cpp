// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "postgres_support.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace assay;
using namespace assay::test;
using namespace assay::test::pg;

namespace {

bool mentions(const Error& error, const std::string& text) {
    return std::string(error.what()).find(text) != std::string::npos;
}

Error scan_error(const PostgresFixture& fixture, const TableSchema& table) {
    const auto error = error_of([&] { rows_of(*fixture.session, table); });
    REQUIRE(error.has_value());
    return *error;
}

} // namespace

TEST_CASE("cases 114, 115: a table of several chunks is read once, row by row", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    // 30 MB: more than the first chunk of 16 MiB.
    const PostgresDatabase database(
        "CREATE TABLE t AS SELECT i, repeat('x', 900) AS t FROM generate_series(1, 30000) i;"
        "CREATE MATERIALIZED VIEW m AS SELECT * FROM t; DELETE FROM t WHERE i % 100 = 0");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    for (const std::string name : {"t", "m"}) {
        const Rows rows = rows_of(*fixture.session, table_named(catalog, name));
        std::vector<bool> seen(30'001);
        for (const auto& row : rows) {
            CHECK_FALSE(seen[static_cast<std::size_t>(row[0].integer)]);
            seen[static_cast<std::size_t>(row[0].integer)] = true;
        }
        CHECK(rows.size() == (name == "t" ? 29'700U : 30'000U));
    }
    const auto& sent = fixture.observer.statements;
    CHECK(std::count_if(sent.begin(), sent.end(), [](const std::string& sql) {
              return sql.find("COPY") == 0 && sql.find("ctid") != std::string::npos;
          }) >= 4);
    const SessionCost cost = fixture.session->cost();
    CHECK(cost.rows_read == 59'700);
    CHECK(cost.bytes_read > 50'000'000);
    CHECK(cost.queries == static_cast<std::int64_t>(sent.size()));
}

TEST_CASE(
    "cases 175, 176: the chunks of a scan are of one snapshot, whatever others do between them",
    "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    /// Changes the table as soon as its first rows are there.
    class Meddler final : public BatchSink {
    public:
        explicit Meddler(const PostgresDatabase& database) : m_database(database) {}
        void consume(const RowBatch& batch) override {
            if (rows == 0) {
                m_database.execute("DELETE FROM t WHERE i > 29000; UPDATE t SET i = -i WHERE i > 0;"
                                   "INSERT INTO t SELECT -i, 'new' FROM generate_series(1, 500) i");
            }
            rows += batch.row_count;
            for (std::size_t row = 0; row < batch.row_count; ++row) {
                changed += value_at(batch.columns[0], row).integer < 0 ? 1 : 0;
            }
        }
        std::size_t rows = 0;
        std::size_t changed = 0;

    private:
        const PostgresDatabase& m_database;
    };
    // 30 MB: more than the first chunk of 16 MiB.
    const PostgresDatabase database(
        "CREATE TABLE t AS SELECT i, repeat('x', 900) AS t FROM generate_series(1, 30000) i");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    Meddler meddler(database);
    fixture.session->scan(whole(table_named(catalog, "t")), meddler);
    CHECK(meddler.rows == 30'000);
    CHECK(meddler.changed == 0);
    CHECK(database.value("SELECT count(*) FROM t WHERE i < 0") == "29500");
    const auto& sent = fixture.observer.statements;
    CHECK(std::count_if(sent.begin(), sent.end(), [](const std::string& sql) {
              return sql.find("COPY") == 0 && sql.find("ctid") != std::string::npos;
          }) >= 2);
}

TEST_CASE("the parts of a Postgres table hold each row once, also when it grew meanwhile",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE TABLE t AS SELECT i, repeat('x', 1900) AS t FROM generate_series(1, 25000) i;"
        "CREATE TABLE small AS SELECT 1 AS a; CREATE VIEW v AS SELECT * FROM t;"
        "CREATE TABLE p (i integer) PARTITION BY RANGE (i)");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    database.execute("INSERT INTO t SELECT i, repeat('x', 1900) FROM generate_series(1, 9000) i");
    for (const std::string name : {"small", "v", "p"}) {
        CHECK(fixture.session->split(whole(table_named(catalog, name))).empty());
    }
    ScanRequest request = whole(table_named(catalog, "t"));
    const auto parts = fixture.session->split(request);
    REQUIRE(parts.size() >= 3);
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
    std::vector<int> seen(25'001);
    for (const auto& row : collector.rows) {
        ++seen[static_cast<std::size_t>(row[0].integer)];
    }
    CHECK(collector.rows.size() == 25'000);
    CHECK(std::count(seen.begin(), seen.end(), 1) == 25'000);
}

TEST_CASE("chosen columns come in the order of the request, and none count the rows",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t (a int, b text, c int);"
                                    "INSERT INTO t VALUES (1, 'x', 3), (4, 'y', 6)");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    ScanRequest request;
    request.table = &table_named(catalog, "t");
    request.columns = {2, 0};
    request.batch_rows = 1;
    RowCollector collector;
    fixture.session->scan(request, collector);
    REQUIRE(collector.rows.size() == 2);
    CHECK(collector.batches == 2);
    CHECK(collector.rows[0][0].integer == 3);
    CHECK(collector.rows[0][1].integer == 1);
    request.columns = {};
    RowCounter counter;
    fixture.session->scan(request, counter);
    CHECK(counter.rows == 2);
}

TEST_CASE("rows of any size come whole, small ones between large ones", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    // Sizes around those at which a row is cut (16 and 32 KiB), and many times as large.
    const std::string pattern = "0123456789abcdefghijklmnopqrstuvwxyz!";
    const PostgresDatabase database(
        "CREATE TABLE t AS SELECT n, lpad('', n, '" + pattern +
        "') AS t FROM"
        " (SELECT size + d FROM (VALUES (130), (16384), (32768), (300000)) AS e(size),"
        " generate_series(-24, 24) AS d) AS s(n) ORDER BY n % 7");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    const Rows rows = rows_of(*fixture.session, table_named(catalog, "t"));
    CHECK(rows.size() == 4 * 49);
    for (const auto& row : rows) {
        std::string expected;
        while (expected.size() < static_cast<std::size_t>(row[0].integer)) {
            expected += pattern;
        }
        expected.resize(static_cast<std::size_t>(row[0].integer));
        CHECK(row[1].bytes == expected);
    }
}

TEST_CASE("an empty Postgres table gives no batch", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t (a int)");
    const PostgresFixture fixture(database.conninfo());
    RowCollector collector;
    const Catalog catalog = fixture.session->catalog();
    fixture.session->scan(whole(table_named(catalog, "t")), collector);
    CHECK(collector.batches == 0);
}

TEST_CASE(
    "cases 104, 108: parents are read with their children, views and foreign tables as they are",
    "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE TABLE p (id int) PARTITION BY LIST (id);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
        "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2); INSERT INTO p VALUES (1), (2), (2);"
        "CREATE TABLE base (i int); CREATE TABLE heir (j int) INHERITS (base);"
        "INSERT INTO base VALUES (1); INSERT INTO heir VALUES (2, 3);"
        "CREATE VIEW v AS SELECT * FROM base; CREATE MATERIALIZED VIEW m AS SELECT * FROM v;"
        "CREATE EXTENSION postgres_fdw; CREATE TABLE far (x int); INSERT INTO far VALUES (1), (2)");
    database.execute("CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '" +
                     PostgresClient(database.conninfo()).value("SHOW unix_socket_directories") +
                     "', dbname '" + database.name() +
                     "'); CREATE USER MAPPING FOR CURRENT_USER SERVER s;"
                     "CREATE FOREIGN TABLE ft (x int) SERVER s OPTIONS (table_name 'far');"
                     "ALTER FOREIGN TABLE ft OPTIONS (schema_name 'public')");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    const auto count = [&](const std::string& name) {
        return rows_of(*fixture.session, table_named(catalog, name)).size();
    };
    CHECK(count("p") == 3);
    CHECK(count("p2") == 2);
    CHECK(count("base") == 2);
    CHECK(count("heir") == 1);
    CHECK(count("v") == 2);
    CHECK(count("m") == 2);
    CHECK(count("ft") == 2);
}

TEST_CASE("case 106: a materialized view without data says so", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE MATERIALIZED VIEW m AS SELECT 1 AS one WITH NO DATA");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    const Error error = scan_error(fixture, table_named(catalog, "m"));
    CHECK(error.kind() == ErrorKind::query);
    CHECK(mentions(error, "public.m"));
    CHECK(mentions(error, "never refreshed"));
}

TEST_CASE("case 124: a sample is a part of the rows, and a view is read whole with a note",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t AS SELECT i FROM generate_series(1, 20000) i;"
                                    "CREATE VIEW v AS SELECT * FROM t");
    PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    ScanRequest request = whole(table_named(catalog, "t"));
    request.sample.fraction = 0.1;
    RowCounter sampled;
    fixture.session->scan(request, sampled);
    CHECK(sampled.rows > 1'500);
    CHECK(sampled.rows < 2'500);
    RowCounter again;
    fixture.session->scan(request, again);
    CHECK(again.rows == sampled.rows);
    ScanRequest view = whole(table_named(catalog, "v"));
    view.sample.fraction = 0.1;
    RowCounter counter;
    fixture.session->scan(view, counter);
    CHECK(counter.rows == 20'000);
    CHECK(count_notes(fixture, "is read whole") == 1);
}

TEST_CASE("case 107: a table that another session locks is locked, and the session goes on",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t AS SELECT 1 AS i; CREATE TABLE u (i int);"
                                    "CREATE MATERIALIZED VIEW m AS SELECT 1 AS i");
    const PostgresFixture fixture(database.conninfo(), [](SessionOptions& options) {
        options.lock_timeout = std::chrono::milliseconds(50);
    });
    const Catalog catalog = fixture.session->catalog();
    {
        PostgresClient other(database.conninfo());
        other.execute("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE; REFRESH MATERIALIZED VIEW m");
        for (const std::string name : {"t", "m"}) {
            const Error error = scan_error(fixture, table_named(catalog, name));
            CHECK(error.kind() == ErrorKind::locked);
            CHECK(mentions(error, "public." + name));
        }
        CHECK(rows_of(*fixture.session, table_named(catalog, "u")).empty());
        other.execute("ROLLBACK");
    }
    CHECK(rows_of(*fixture.session, table_named(catalog, "t")).size() == 1);
}

TEST_CASE("case 155: a lock that goes away in time is waited for, three times in a session",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t AS SELECT 1 AS i");
    const PostgresFixture fixture(database.conninfo(), [](SessionOptions& options) {
        options.lock_timeout = std::chrono::milliseconds(50);
    });
    const Catalog catalog = fixture.session->catalog();
    PostgresClient other(database.conninfo());
    other.execute("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
    std::thread release([&other] {
        std::this_thread::sleep_for(std::chrono::milliseconds(250));
        other.execute("ROLLBACK");
    });
    CHECK(rows_of(*fixture.session, table_named(catalog, "t")).size() == 1);
    release.join();
    other.execute("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
    CHECK(scan_error(fixture, table_named(catalog, "t")).kind() == ErrorKind::locked);
    const auto begun = std::chrono::steady_clock::now();
    CHECK(scan_error(fixture, table_named(catalog, "t")).kind() == ErrorKind::locked);
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::milliseconds(500));
}

TEST_CASE("case 22: a scan gives way to those who want to alter the table, and goes on",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    constexpr std::size_t all = 150'000;
    const PostgresDatabase database("CREATE TABLE t AS SELECT i, repeat('x', 100) AS v"
                                    " FROM generate_series(1, 150000) i");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    const ScanRequest request = whole(table_named(catalog, "t"));
    {
        AlteringSink sink(database, "ALTER TABLE t ADD COLUMN j int");
        fixture.session->scan(request, sink);
        CHECK(sink.rows == all);
        CHECK(count_notes(fixture, "gave way") == 1);
    }
    // What takes its rows or columns away must not be read on as if it had not happened.
    for (const std::string sql : {"ALTER TABLE t RENAME v TO w; ALTER TABLE t ADD v text",
                                  "ALTER TABLE t ALTER i TYPE int8", "TRUNCATE t"}) {
        CAPTURE(sql);
        AlteringSink sink(database, sql);
        const PostgresFixture fresh(database.conninfo());
        const Catalog seen = fresh.session->catalog();
        const auto error =
            error_of([&] { fresh.session->scan(whole(table_named(seen, "t")), sink); });
        REQUIRE(error);
        CHECK(error->kind() == ErrorKind::changed);
    }
}

TEST_CASE("a scan lets go of its locks when it is done", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t AS SELECT 1 AS i");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    CHECK(rows_of(*fixture.session, table_named(catalog, "t")).size() == 1);
    database.execute("SET lock_timeout = '2s'; ALTER TABLE t ADD COLUMN j int");
}

TEST_CASE("cases 103, 119, 121, 122, 123: a table that was truncated, rewritten, replaced or "
          "dropped has changed",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE TABLE cut AS SELECT 1 AS i; CREATE TABLE rewritten AS SELECT 1 AS i;"
        "CREATE TABLE swapped AS SELECT 1 AS i; CREATE TABLE dropped AS SELECT 1 AS i;"
        "CREATE TABLE became_view AS SELECT 1 AS i; CREATE TABLE stays AS SELECT 1 AS i;"
        "CREATE TABLE parent (i int) PARTITION BY LIST (i);"
        "CREATE TABLE child PARTITION OF parent FOR VALUES IN (1); INSERT INTO parent VALUES (1);"
        "CREATE TABLE grown (i int) PARTITION BY LIST (i);"
        "CREATE TABLE shrunk (i int) PARTITION BY LIST (i);"
        "CREATE TABLE steady (i int) PARTITION BY LIST (i);"
        "CREATE TABLE ones PARTITION OF steady FOR VALUES IN (1) PARTITION BY LIST (i);"
        "CREATE TABLE one PARTITION OF ones FOR VALUES IN (1); INSERT INTO steady VALUES (1);"
        "CREATE TABLE more AS SELECT 1 AS i;"
        "CREATE TABLE less PARTITION OF shrunk FOR VALUES IN (1); INSERT INTO less VALUES (1);"
        "CREATE TABLE family (i int); CREATE TABLE heir () INHERITS (family);"
        "CREATE TABLE stranger (i int); INSERT INTO stranger VALUES (2);"
        "CREATE TABLE broken (i int); CREATE TABLE leaver () INHERITS (broken);"
        "CREATE TABLE settled (i int); CREATE TABLE \"a \"\"Relation Name\"\": b\" () INHERITS "
        "(settled);"
        "INSERT INTO settled VALUES (1);"
        "CREATE MATERIALIZED VIEW fresh AS SELECT 1 AS i");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    database.execute("ALTER TABLE grown ATTACH PARTITION more FOR VALUES IN (1);"
                     "ALTER TABLE stranger INHERIT family; ALTER TABLE leaver NO INHERIT broken;"
                     "ALTER TABLE shrunk DETACH PARTITION less; TRUNCATE cut; TRUNCATE child; "
                     "REFRESH MATERIALIZED VIEW fresh; ALTER TABLE "
                     "rewritten ALTER i TYPE int8;"
                     "ALTER TABLE swapped RENAME TO old; CREATE TABLE swapped AS SELECT 2 AS i;"
                     "DROP TABLE dropped; DROP TABLE became_view;"
                     "CREATE VIEW became_view AS SELECT 3 AS i");
    for (const std::string name : {"cut", "rewritten", "swapped", "dropped", "became_view",
                                   "parent", "fresh", "grown", "shrunk", "family", "broken"}) {
        CAPTURE(name);
        const Error error = scan_error(fixture, table_named(catalog, name));
        CHECK(error.kind() == ErrorKind::changed);
        CHECK(mentions(error, name));
    }
    CHECK(rows_of(*fixture.session, table_named(catalog, "stays")).size() == 1);
    CHECK(rows_of(*fixture.session, table_named(catalog, "steady")).size() == 1);
    CHECK(rows_of(*fixture.session, table_named(catalog, "settled")).size() == 1);
}

TEST_CASE("what the role may not read is a permission error, never a part of the rows",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresRole role;
    const PostgresDatabase database(
        "CREATE TABLE closed (a int); CREATE TABLE half (a int, b int);"
        "INSERT INTO half VALUES (1, 2);"
        "CREATE TABLE secured (a int); ALTER TABLE secured ENABLE ROW LEVEL SECURITY;"
        "CREATE POLICY partly ON secured USING (a = 1); INSERT INTO secured VALUES (1), (2);"
        "GRANT SELECT ON secured TO " +
        role.name() + "; GRANT SELECT (a) ON half TO " + role.name());
    const PostgresFixture fixture(database.conninfo(role.name()));
    const Catalog catalog = fixture.session->catalog();
    CHECK(scan_error(fixture, table_named(catalog, "closed")).kind() == ErrorKind::permission);
    CHECK(scan_error(fixture, table_named(catalog, "half")).kind() == ErrorKind::permission);
    CHECK(scan_error(fixture, table_named(catalog, "secured")).kind() == ErrorKind::permission);
    ScanRequest request;
    request.table = &table_named(catalog, "half");
    request.columns = {0};
    RowCounter counter;
    fixture.session->scan(request, counter);
    CHECK(counter.rows == 1);
}

TEST_CASE("cases 105, 232: a view that fails is a query error without its data", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t AS SELECT 'ssn 123-45-6789' AS s;"
                                    "CREATE VIEW v AS SELECT s::int AS i FROM t; CREATE SEQUENCE q;"
                                    "CREATE VIEW writes AS SELECT nextval('public.q') AS n");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    const Error error = scan_error(fixture, table_named(catalog, "v"));
    CHECK(error.kind() == ErrorKind::query);
    CHECK(mentions(error, "22P02"));
    CHECK_FALSE(mentions(error, "ssn"));
    CHECK(scan_error(fixture, table_named(catalog, "writes")).kind() == ErrorKind::query);
    CHECK(rows_of(*fixture.session, table_named(catalog, "t")).size() == 1);
}

TEST_CASE("case 67: texts of a database without an encoding come as bytes", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database({}, "TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C'"
                                        " LC_CTYPE 'C'");
    database.execute("SET client_encoding = 'SQL_ASCII';"
                     "CREATE TABLE t AS SELECT E'a\\xff'::text AS s");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    CHECK(rows_of(*fixture.session, table_named(catalog, "t"))[0][0].bytes == "a\xff");
}

TEST_CASE("case 68: texts of a Latin-1 database come as UTF-8", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        {}, "TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
    database.execute(
        "SET client_encoding = 'LATIN1'; CREATE TABLE t AS SELECT E'\\xe9'::text AS s");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    CHECK(rows_of(*fixture.session, table_named(catalog, "t"))[0][0].bytes == "\xC3\xA9");
    ScanRequest request = whole(table_named(catalog, "t"));
    RowCollector collector;
    request.where = "s = '\xE2\x82\xAC'";
    const auto error = error_of([&] { fixture.session->scan(request, collector); });
    REQUIRE(error.has_value());
    CHECK(error->kind() == ErrorKind::query);
    CHECK(mentions(*error, "LATIN1"));
    request.where = "s = '\xC3\xA9'";
    fixture.session->scan(request, collector);
    CHECK(collector.rows.size() == 1);
}
