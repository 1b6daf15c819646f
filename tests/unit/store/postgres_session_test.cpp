// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "postgres_support.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <regex>
#include <string>
#include <thread>

using namespace assay;
using namespace assay::test;
using namespace assay::test::pg;

namespace {

std::size_t count_rows(Session& session, const Catalog& catalog, const std::string& name) {
    RowCounter counter;
    session.scan(whole(table_named(catalog, name)), counter);
    return counter.rows;
}

Query query(std::string sql, std::vector<ColumnType> types) {
    Query made;
    made.sql = std::move(sql);
    made.result_types = std::move(types);
    return made;
}

} // namespace

TEST_CASE("case 120: a table that is made after the snapshot is not in the list", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t AS SELECT 1 AS i");
    const PostgresFixture fixture(database.conninfo());
    database.execute("CREATE TABLE late AS SELECT 1 AS i; CREATE VIEW later AS SELECT 1 AS i");
    const Catalog catalog = fixture.session->catalog();
    REQUIRE(catalog.tables.size() == 1);
    CHECK(catalog.tables[0].ref.name == "t");
    CHECK(PostgresFixture(database.conninfo()).session->catalog().tables.size() == 3);
}

TEST_CASE("case 176: a row that is inserted after the snapshot is not seen, by no session on it",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t AS SELECT 1 AS i");
    const PostgresFixture fixture(database.conninfo());
    database.execute("INSERT INTO t VALUES (2)");
    const Catalog catalog = fixture.session->catalog();
    CHECK(count_rows(*fixture.session, catalog, "t") == 1);
    const auto forked = fixture.session->fork();
    REQUIRE(forked != nullptr);
    database.execute("INSERT INTO t VALUES (3)");
    CHECK(count_rows(*forked, catalog, "t") == 1);
    CHECK(count_rows(*fixture.session, catalog, "t") == 1);
    CHECK(forked->source().snapshot_at == fixture.session->source().snapshot_at);
    const auto forked_again = fixture.session->fork();
    REQUIRE(forked_again != nullptr);
    CHECK(count_rows(*forked_again, catalog, "t") == 1);
    CHECK(PostgresFixture(database.conninfo()).session->catalog().tables.size() == 1);
}

TEST_CASE("case 171: a count knows when a table that it reads was emptied after the snapshot",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t AS SELECT 1 AS i; CREATE TABLE cut AS TABLE t;"
                                    "CREATE TABLE made_anew AS TABLE t");
    const PostgresFixture fixture(database.conninfo());
    Session& session = *fixture.session;
    const Catalog catalog = session.catalog();
    database.execute("TRUNCATE cut; DROP TABLE made_anew; CREATE TABLE made_anew AS TABLE t");
    const TableSchema& t = table_named(catalog, "t");
    const auto count = [&](const std::vector<const TableSchema*>& tables) {
        const Query query = row_count_query(StoreKind::postgresql, tables.back()->ref);
        return session.query_row_of(tables, query).at(0).integer;
    };
    CHECK(count({&t}) == 1);
    for (const char* name : {"cut", "made_anew"}) {
        for (const auto& tables : {std::vector{&table_named(catalog, name)},
                                   std::vector{&t, &table_named(catalog, name)}}) {
            const auto error = error_of([&] { count(tables); });
            REQUIRE(error);
            CHECK(error->kind() == ErrorKind::changed);
        }
    }
    CHECK(count({&t}) == 1);
}

TEST_CASE("case 174: a snapshot that is too old is given up between two tables", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE TABLE t AS SELECT 1 AS i; CREATE TABLE made_anew(i int);"
        "CREATE TABLE dropped(i int);"
        "CREATE TABLE not_unique(i int UNIQUE)");
    const auto at_once = [](SessionOptions& options) {
        options.snapshot_age = std::chrono::milliseconds(0);
    };
    const PostgresFixture fixture(database.conninfo(), at_once);
    Session& session = *fixture.session;
    const Catalog catalog = session.catalog();
    const Micros before = session.source().snapshot_at;
    database.execute("INSERT INTO t VALUES (2); DROP TABLE dropped, made_anew;"
                     "CREATE TABLE made_anew(i int);"
                     "ALTER TABLE not_unique DROP CONSTRAINT not_unique_i_key");
    CHECK(session.is_old());
    CHECK(count_rows(session, catalog, "t") == 1);
    session.renew();
    CHECK(count_rows(session, catalog, "t") == 2);
    CHECK(session.source().snapshot_at > before);
    const auto forked = session.fork();
    REQUIRE(forked != nullptr);
    CHECK(count_rows(*forked, catalog, "t") == 2);
    for (const char* name : {"made_anew", "dropped", "not_unique"}) {
        const auto error = error_of([&] { count_rows(session, catalog, name); });
        REQUIRE(error);
        CHECK(error->kind() == ErrorKind::changed);
    }
    const auto keep = [](SessionOptions& options) { options.snapshot_age.reset(); };
    CHECK_FALSE(PostgresFixture(database.conninfo(), keep).session->is_old());
    CHECK_FALSE(PostgresFixture(database.conninfo()).session->is_old());
}

TEST_CASE("a table that was altered between two snapshots is an error, also where a key went",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE TABLE grown(i int, k int); CREATE UNIQUE INDEX ON grown(k);"
        "CREATE TABLE keyless(i int); CREATE UNIQUE INDEX key_of_it ON keyless(i);"
        "CREATE TABLE wider(i int)");
    const PostgresFixture fixture(database.conninfo());
    Session& session = *fixture.session;
    const Catalog catalog = session.catalog();
    session.renew();
    database.execute("INSERT INTO grown VALUES (1, 1); CREATE INDEX ON grown(i);"
                     "DROP INDEX key_of_it; ALTER TABLE wider ADD j int");
    database.execute("VACUUM ANALYZE grown");
    database.execute("REINDEX TABLE grown");
    session.renew();
    CHECK(count_rows(session, catalog, "grown") == 1);
    const auto forked = session.fork();
    REQUIRE(forked != nullptr);
    for (const char* name : {"keyless", "wider"}) {
        for (Session* one : {&session, forked.get()}) {
            const auto error = error_of([&] { count_rows(*one, catalog, name); });
            REQUIRE(error);
            CHECK(error->kind() == ErrorKind::changed);
            CHECK(error_of([&] { one->require_unaltered(table_named(catalog, name)); }));
        }
    }
}

TEST_CASE("a session that rests keeps nobody from a table", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t AS SELECT 1 AS i");
    PostgresFixture fixture(database.conninfo(),
                            [](SessionOptions& options) { options.duty_cycle = 1; });
    const Catalog catalog = fixture.session->catalog();
    std::atomic<bool> is_over{false};
    std::jthread resting([&] {
        RowCounter counter;
        error_of([&] {
            fixture.session->query_rows(
                table_named(catalog, "t"),
                query("SELECT i, pg_catalog.pg_sleep(0.3)::pg_catalog.text FROM public.t",
                      {ColumnType::integer, ColumnType::text}),
                counter);
        });
        is_over = true;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(1'000));
    database.execute("ALTER TABLE t ADD j int");
    CHECK_FALSE(is_over);
    fixture.cancellation.request(2);
}

TEST_CASE("case 157: a session that has nothing to send for long is not taken for dead",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t AS SELECT 1 AS i");
    const PostgresFixture fixture(database.conninfo(), [](SessionOptions& options) {
        options.idle_limit = std::chrono::milliseconds(1'000);
    });
    const Catalog catalog = fixture.session->catalog();
    const auto forked = fixture.session->fork();
    REQUIRE(forked != nullptr);
    std::this_thread::sleep_for(std::chrono::milliseconds(2'500));
    CHECK(count_rows(*fixture.session, catalog, "t") == 1);
    CHECK(count_rows(*forked, catalog, "t") == 1);
}

TEST_CASE("a session that cannot fork says so and goes on alone", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresRole role("LOGIN CONNECTION LIMIT 1");
    const PostgresDatabase database("CREATE TABLE t AS SELECT 1 AS i; GRANT SELECT ON t TO " +
                                    role.name());
    const PostgresFixture fixture(database.conninfo(role.name()));
    const Catalog catalog = fixture.session->catalog();
    CHECK(fixture.session->fork() == nullptr);
    CHECK(fixture.observer.notes.size() == 1);
    CHECK(count_rows(*fixture.session, catalog, "t") == 1);
}

TEST_CASE("a statement of ours gives one row of the types that were promised", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database;
    const PostgresFixture fixture(database.conninfo());
    const auto row = fixture.session->query_row(
        query("SELECT 42::int8, pg_catalog.sum(7::int8), 'x'::text, NULL::int4, 1.50::numeric,"
              " '0044-03-15 BC'::date, true, 0.5::float8",
              {ColumnType::integer, ColumnType::integer, ColumnType::text, ColumnType::integer,
               ColumnType::decimal, ColumnType::date, ColumnType::boolean, ColumnType::real}));
    REQUIRE(row.size() == 8);
    CHECK(row[0].integer == 42);
    CHECK(row[1].integer == 7);
    CHECK(row[1].type == ColumnType::integer);
    CHECK(row[2].bytes == "x");
    CHECK(row[3].kind == CellKind::null);
    CHECK(row[4].bytes == "1.50");
    CHECK(row[5].integer == -735'160);
    CHECK(row[6].integer == 1);
    CHECK(row[7].real == 0.5);
}

TEST_CASE("a statement of another shape than promised is our bug", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database;
    const PostgresFixture fixture(database.conninfo());
    const auto kind_of = [&](const std::string& sql) {
        return error_of([&] { fixture.session->query_row(query(sql, {ColumnType::integer})); })
            ->kind();
    };
    CHECK(kind_of("SELECT 1, 2") == ErrorKind::internal);
    CHECK(kind_of("SELECT 1 WHERE false") == ErrorKind::internal);
    CHECK(kind_of("SELECT 'x'::text") == ErrorKind::internal);
    CHECK(kind_of("SELECT 1e30::numeric") == ErrorKind::query);
    CHECK(kind_of("SELECT 1 FROM nowhere") == ErrorKind::changed);
    CHECK(kind_of("SELECT 1; SELECT 2") == ErrorKind::query);
    CHECK(fixture.session->query_row(query("SELECT 1", {ColumnType::integer}))[0].integer == 1);
}

TEST_CASE("orphans are counted by a statement of ours", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE TABLE parent (id int PRIMARY KEY); CREATE TABLE child (p int);"
        "INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1), (2), (NULL);"
        "ALTER TABLE child ADD FOREIGN KEY (p) REFERENCES parent NOT VALID");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    const TableSchema& child = table_named(catalog, "child");
    const auto row = fixture.session->query_row(
        orphan_query(StoreKind::postgresql, child.ref, child.foreign_keys.at(0)));
    CHECK(row[0].integer == 2);
    CHECK(row[1].integer == 1);
}

TEST_CASE("planted functions and operators of other schemas are not used", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE FUNCTION public.count(text) RETURNS text LANGUAGE sql AS $$SELECT 'pwn'$$;"
        "CREATE FUNCTION public.never(oid, int) RETURNS bool LANGUAGE sql AS $$SELECT false$$;"
        "CREATE OPERATOR public.= (LEFTARG = oid, RIGHTARG = int, FUNCTION = public.never);"
        "CREATE TABLE t AS SELECT 'x'::text AS s");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    REQUIRE(catalog.tables.size() == 1);
    CHECK(count_rows(*fixture.session, catalog, "t") == 1);
}

TEST_CASE("case 180: everything that is sent is part of the protocol, and nothing stays behind",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE TABLE t AS SELECT i FROM generate_series(1, 100) i; CREATE VIEW v AS TABLE t;"
        "CREATE TABLE p (i int) PARTITION BY LIST (i);"
        "CREATE TABLE parent (i int); CREATE TABLE child () INHERITS (parent)");
    const std::string before = database.value("SELECT pg_current_wal_insert_lsn()");
    RecordingObserver observer;
    {
        PostgresFixture fixture(database.conninfo(), [&](SessionOptions& options) {
            options.observer = &observer;
            options.application = "assay/protocol";
        });
        const Catalog catalog = fixture.session->catalog();
        for (const std::string name : {"t", "v", "p", "parent"}) {
            count_rows(*fixture.session, catalog, name);
        }
        ScanRequest sample = whole(table_named(catalog, "t"));
        sample.sample.fraction = 0.5;
        RowCounter counter;
        fixture.session->scan(sample, counter);
        const auto forked = fixture.session->fork();
        REQUIRE(forked != nullptr);
        count_rows(*forked, catalog, "t");
        CHECK(database.value("SELECT count(*) FROM pg_stat_activity"
                             " WHERE application_name = 'assay/protocol'"
                             " AND state = 'idle in transaction'") == "2");
    }
    const std::regex allowed(
        "^(BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
        "|SET TRANSACTION SNAPSHOT '[0-9A-F-]+'|SET LOCAL [A-Za-z_]+ = \\S[^;]*"
        "|(SELECT|WITH user_relation AS|WITH RECURSIVE part AS) [^;]*|LOCK TABLE ONLY [^;]* IN "
        "ACCESS SHARE MODE"
        "|EXPLAIN \\(FORMAT JSON, COSTS OFF\\) SELECT FROM [^;]*"
        "|SAVEPOINT assay|ROLLBACK TO SAVEPOINT assay|RELEASE SAVEPOINT assay|ROLLBACK"
        "|COPY \\(SELECT [^;]*\\) TO STDOUT \\(FORMAT binary\\))$");
    for (const auto& statement : observer.statements) {
        CAPTURE(statement);
        CHECK(std::regex_match(statement, allowed));
    }
    CHECK(observer.statements.back() == "ROLLBACK");
    CHECK(std::count(observer.statements.begin(), observer.statements.end(), "ROLLBACK") == 2);
    CHECK(database.value("SELECT count(*) FROM pg_stat_activity"
                         " WHERE application_name = 'assay/protocol'") == "0");
}

TEST_CASE("cases 47, 178: the transaction is read-only and its settings are local to it",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database;
    const PostgresFixture fixture(database.conninfo(), [](SessionOptions& options) {
        options.statement_timeout = std::chrono::milliseconds(1'234);
        options.lock_timeout = std::chrono::milliseconds(56);
    });
    const auto setting = [&](const std::string& name) {
        return fixture.session
            ->query_row(
                query("SELECT pg_catalog.current_setting('" + name + "')", {ColumnType::text}))
            .at(0)
            .bytes;
    };
    CHECK(setting("transaction_read_only") == "on");
    CHECK(setting("transaction_isolation") == "repeatable read");
    CHECK(setting("search_path") == "\"\"");
    CHECK(setting("statement_timeout") == "1234ms");
    CHECK(setting("lock_timeout") == "56ms");
    CHECK(setting("row_security") == "off");
    CHECK(setting("TimeZone") == "UTC");
    CHECK(setting("jit") == "off");
    CHECK(setting("restrict_nonsystem_relation_kind") == "view, foreign-table");
}

TEST_CASE("a write that slipped through would be refused by the server", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("");
    // Under a name of its own, because the log of the server is searched for writes of ours.
    PostgresFixture fixture(database.conninfo(), [](SessionOptions& options) {
        options.application = "attempt to write";
    });
    CHECK(error_of([&] {
              fixture.session->query_row(query("CREATE TABLE t (i int)", {ColumnType::integer}));
          })->kind() == ErrorKind::query);
}

TEST_CASE("cases 7, 168: a hostile notice is escaped, and its text is withheld once data is read",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database(
        "CREATE FUNCTION loud() RETURNS int LANGUAGE plpgsql AS"
        " $$BEGIN RAISE WARNING 'ssn 123-45-6789'; RETURN 1; END$$;"
        "CREATE VIEW v AS SELECT public.loud() AS i FROM generate_series(1, 50)");
    PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    CHECK(count_rows(*fixture.session, catalog, "v") == 50);
    CHECK(count_notes(fixture, "the server warns") == 1);
    CHECK(count_notes(fixture, "ssn") == 0);
    CHECK(count_notes(fixture, "01000") == 1);
}

TEST_CASE("case 229: a role that may do more than read is told of", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresRole reader;
    const PostgresRole writer;
    const PostgresDatabase database("CREATE TABLE t (i int); GRANT SELECT ON t TO " +
                                    reader.name() + ", " + writer.name() +
                                    "; GRANT DELETE ON t TO " + writer.name());
    CHECK(count_notes(PostgresFixture(database.conninfo()), "is a superuser") == 1);
    CHECK(count_notes(PostgresFixture(database.conninfo(writer.name())), "may write") == 1);
    CHECK(PostgresFixture(database.conninfo(reader.name())).observer.notes.empty());
    const auto refuse = [](SessionOptions& options) { options.refuse_excess = true; };
    for (const std::string& conninfo : {database.conninfo(), database.conninfo(writer.name())}) {
        const auto error = error_of([&] { const PostgresFixture fixture(conninfo, refuse); });
        REQUIRE(error);
        CHECK(error->kind() == ErrorKind::permission);
        CHECK(std::string(error->what()).find("--refuse-superuser") != std::string::npos);
    }
    CHECK(PostgresFixture(database.conninfo(reader.name()), refuse).observer.notes.empty());
}

TEST_CASE("another thread can end a scan on the server, and the session goes on", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase database("CREATE TABLE t AS SELECT 1 AS i; CREATE VIEW v AS SELECT i, "
                                    "pg_sleep(600)::text FROM generate_series(1, 9) AS i");
    const PostgresFixture fixture(database.conninfo());
    const Catalog catalog = fixture.session->catalog();
    // Once is not enough: the statement may not have begun yet.
    std::atomic<bool> ended{false};
    std::jthread other([&] {
        while (!ended) {
            fixture.session->cancel();
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    });
    const auto error = error_of([&] { count_rows(*fixture.session, catalog, "v"); });
    ended = true;
    other.join();
    REQUIRE(error);
    CHECK(error->kind() == ErrorKind::interrupted);
    CHECK(count_rows(*fixture.session, catalog, "t") == 1);
    fixture.session->cancel(); // nothing runs
    CHECK(count_rows(*fixture.session, catalog, "t") == 1);
}
