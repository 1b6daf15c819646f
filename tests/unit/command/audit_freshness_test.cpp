// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/audit.hpp"
#include "assay/command/freshness.hpp"
#include "command_world.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

constexpr const char* three_tables =
    "CREATE TABLE a(id INTEGER PRIMARY KEY); INSERT INTO a VALUES (1);"
    "CREATE TABLE b(id INTEGER PRIMARY KEY); INSERT INTO b VALUES (1), (2);"
    "CREATE TABLE c(id INTEGER PRIMARY KEY); INSERT INTO c VALUES (3);";

AuditOptions audit_of(const std::string& database) {
    AuditOptions options{common_options("audit"), database};
    options.common.jobs = 1;
    return options;
}

FreshnessOptions freshness_of(const std::string& database) {
    FreshnessOptions options;
    options.common = common_options("freshness");
    options.database = database;
    options.max_age = micros_per_day;
    return options;
}

/// A run of freshness on one table `t`.
Document fresh(World& world, const std::string& sql,
               const std::function<void(FreshnessOptions&)>& change = {}) {
    auto options = freshness_of(world.database("fresh.db", sql));
    if (change) {
        change(options);
    }
    return freshness(options, world.context());
}

} // namespace

TEST_CASE("an audit tells the state of every table") {
    World world;
    const auto path = world.database(
        "shop.db", "CREATE TABLE customers(id INTEGER PRIMARY KEY, name TEXT);"
                   "INSERT INTO customers VALUES (1, 'Ann'), (2, NULL);"
                   "CREATE TABLE orders(id INTEGER, customer_id INTEGER REFERENCES customers(id));"
                   "INSERT INTO orders VALUES (1, 1), (2, 7), (3, NULL);"
                   "CREATE TABLE empty_one(id INTEGER PRIMARY KEY);");
    const auto before = folder_content(world.folder.path());
    for (const unsigned jobs : {1U, 3U}) {
        auto options = audit_of(path);
        options.common.jobs = jobs;
        const auto document = audit(options, world.context());
        REQUIRE(document.errors.empty());
        CHECK(document.run.complete);
        REQUIRE(document.tables.size() == 3);
        CHECK(document.tables[0].name == "customers");
        CHECK(document.tables[0].rows->value == 2);
        CHECK(document.tables[0].columns[1].nulls == 1);
        CHECK(document.tables[0].state.consistency != "inconsistent");
        CHECK(document.tables[1].name == "empty_one");
        CHECK(document.tables[1].state.density == "empty");
        CHECK(document.tables[2].state.consistency == "inconsistent");
        CHECK(document.tables[2].state.actionable);

        const auto orphans = results_of(document, "integrity.orphans");
        REQUIRE(orphans.size() == 1);
        CHECK(orphans[0].status == Status::fail);
        CHECK(orphans[0].rows_failed == 1);
        CHECK(orphans[0].rows_examined == 2);
        CHECK(results_of(document, "schema.primary_key", "main.orders").at(0).status ==
              Status::fail);
        CHECK(results_of(document, "table.not_empty", "main.empty_one").at(0).status ==
              Status::fail);
        for (const auto& check : document.checks) {
            CHECK(check.source == "a");
        }
        CHECK(document.cost.rows_read >= 5);
    }
    CHECK(folder_content(world.folder.path()) == before);
}

namespace {

/// An audit of three tables, when somebody adds a row to the last while the second is read.
Document audit_while_written(World& world, std::optional<std::chrono::milliseconds> snapshot_age) {
    const auto path = world.database(fmt::format("live{}.db", snapshot_age.has_value()),
                                     std::string("PRAGMA journal_mode=WAL;") + three_tables);
    SQLite::Database writer(path, SQLite::OPEN_READWRITE); // shows that the WAL is alive
    writer.exec("INSERT INTO a VALUES (2)");
    auto options = audit_of(path);
    options.common.snapshot_age = snapshot_age;
    bool is_written = false;
    world.observer.on_sql = [&](std::string_view statement) {
        if (statement.find("FROM \"main\".\"b\"") != std::string_view::npos &&
            !std::exchange(is_written, true)) {
            writer.exec("INSERT INTO c VALUES (4)");
        }
    };
    Document document = audit(options, world.context());
    world.observer.on_sql = {};
    CHECK(is_written);
    REQUIRE(document.tables.size() == 3);
    return document;
}

} // namespace

TEST_CASE("case 174: once a snapshot is too old the next table is read in another, and says so") {
    World world;
    const Document renewed = audit_while_written(world, std::chrono::milliseconds(0));
    CHECK(renewed.tables[2].rows_examined == 2);
    REQUIRE(renewed.tables[2].snapshot_at.has_value());
    CHECK(*renewed.tables[2].snapshot_at > renewed.sources[0].snapshot_at);
    REQUIRE(renewed.notes.size() == 1);
    CHECK(renewed.notes[0].find("--consistent") != std::string::npos);
}

TEST_CASE("all tables are read in one snapshot where that is asked for") {
    World world;
    const Document consistent = audit_while_written(world, std::nullopt);
    CHECK(consistent.tables[2].rows_examined == 1);
    CHECK_FALSE(consistent.tables[2].snapshot_at.has_value());
    CHECK(consistent.notes.empty());
}

TEST_CASE("an error inside one table leaves the others alone") {
    World world;
    // abs() of the smallest integer is an error of SQLite while it reads.
    const auto path = world.database(
        "bad.db", std::string(three_tables) +
                      "CREATE TABLE n(x INTEGER); INSERT INTO n VALUES (-9223372036854775808);"
                      "CREATE VIEW aa_bad AS SELECT abs(x) AS x FROM n;");
    for (const unsigned jobs : {1U, 4U}) {
        auto options = audit_of(path);
        options.common.jobs = jobs;
        options.common.views = true;
        const auto document = audit(options, world.context());
        CHECK(document.errors.empty());
        REQUIRE(document.tables.size() == 5);
        const auto bad = results_of(document, "table.readable", "main.aa_bad");
        REQUIRE(bad.size() == 1);
        CHECK(bad[0].status == Status::error);
        CHECK(bad[0].error_kind == "query");
        CHECK_FALSE(bad[0].message.empty());
        for (const auto* table : {"main.a", "main.b", "main.c", "main.n"}) {
            CHECK(results_of(document, "table.readable", table).at(0).status == Status::pass);
        }
        CHECK(exit_status(document, FailOn::never) == ExitStatus::incomplete);
    }
}

TEST_CASE("a cancelled run keeps the tables it has finished and says that it is not complete") {
    World world;
    const auto path = world.database("three.db", three_tables);
    world.observer.on_sql = [&world](std::string_view statement) {
        if (reads_rows_of({std::string(statement)}, "b")) {
            world.cancellation.request(SIGINT);
        }
    };
    const auto document = audit(audit_of(path), world.context());
    CHECK_FALSE(document.run.complete);
    REQUIRE(document.errors.size() == 1);
    CHECK(document.errors[0].kind == "cancelled");
    REQUIRE_FALSE(document.tables.empty());
    CHECK(document.tables[0].name == "a");
    CHECK(document.tables.size() < 3);
    CHECK(results_of(document, "table.readable", "main.a").at(0).status == Status::pass);
    CHECK(exit_status(document, FailOn::critical) == ExitStatus::incomplete);
    CHECK_FALSE(reads_rows_of(world.observer.statements, "c"));
}

TEST_CASE("a run that was cancelled before it began reads nothing") {
    World world;
    const auto path = world.database("three.db", three_tables);
    world.cancellation.request(0);
    const auto document = audit(audit_of(path), world.context());
    CHECK(document.tables.empty());
    REQUIRE(document.errors.size() == 1);
    CHECK(document.errors[0].kind == "timeout");
    CHECK(world.observer.statements.empty());
}

TEST_CASE("a plan reads no row") {
    World world;
    const auto path = world.database("three.db", std::string(three_tables) +
                                                     "CREATE TABLE d(a_id INTEGER REFERENCES a(id),"
                                                     " created_at TEXT);");
    auto options = audit_of(path);
    options.common.mode = Mode::explain;
    const auto document = audit(options, world.context());
    CHECK(document.errors.empty());
    CHECK(document.checks.empty());
    CHECK(document.plan.size() == 6); // the catalog, four scans, one query for orphans
    CHECK(document.plan[0].action == "catalog");
    CHECK(document.cost.rows_read == 0);
    CHECK(exit_status(document, FailOn::info) == ExitStatus::clean);

    auto fresh_options = freshness_of(path);
    fresh_options.common.mode = Mode::explain;
    fresh_options.common.tables = {"d"};
    const auto fresh_plan = freshness(fresh_options, world.context());
    CHECK(fresh_plan.plan.size() == 2);
    CHECK(fresh_plan.plan.at(1).sql.find("created_at") != std::string::npos);
    for (const auto* table : {"a", "b", "c", "d"}) {
        CHECK_FALSE(reads_rows_of(world.observer.statements, table));
    }
}

TEST_CASE("at catalog depth no row is read and definitions are judged") {
    World world;
    auto options = audit_of(world.database("three.db", three_tables));
    options.common.depth = Depth::catalog;
    const auto document = audit(options, world.context());
    CHECK(document.tables.size() == 3);
    CHECK(results_of(document, "schema.primary_key").size() == 3);
    CHECK(results_of(document, "table.not_empty").empty());
    for (const auto* table : {"a", "b", "c"}) {
        CHECK_FALSE(reads_rows_of(world.observer.statements, table));
    }
}

TEST_CASE("what cannot be opened or found is one error in the document") {
    World world;
    const auto missing = audit(audit_of(world.folder.file("missing.db")), world.context());
    REQUIRE(missing.errors.size() == 1);
    CHECK(missing.errors[0].kind == "connection");
    CHECK(exit_status(missing, FailOn::critical) == ExitStatus::incomplete);
    CHECK_FALSE(std::filesystem::exists(world.folder.file("missing.db")));

    auto options = audit_of(world.database("three.db", three_tables));
    options.common.tables = {"aa"};
    const auto no_table = audit(options, world.context());
    REQUIRE(no_table.errors.size() == 1);
    CHECK(no_table.errors[0].kind == "not_found");
    CHECK(no_table.sources.size() == 1);
    CHECK(exit_status(no_table, FailOn::critical) == ExitStatus::usage);

    auto empty = audit_of(world.database("empty.db", "CREATE TABLE x(a); DROP TABLE x;"));
    CHECK(audit(empty, world.context()).errors.at(0).kind == "not_found");
}

TEST_CASE("hostile names are read like any other") {
    World world;
    const auto path =
        world.database("odd.db", "CREATE TABLE \"a\"\"b;--\"(\"c.d\" TEXT, \"\" INTEGER);"
                                 "INSERT INTO \"a\"\"b;--\" VALUES ('x', 1);");
    const auto document = audit(audit_of(path), world.context());
    CHECK(document.errors.empty());
    REQUIRE(document.tables.size() == 1);
    CHECK(document.tables[0].name == "a\"b;--");
    CHECK(document.tables[0].rows->value == 1);
    CHECK(results_of(document, "table.readable").at(0).status == Status::pass);
}

TEST_CASE("case 35: a stale table with one row dated 2099 is stale") {
    World world;
    const auto document = fresh(world, "CREATE TABLE t(id INTEGER PRIMARY KEY, created_at TEXT);"
                                       "INSERT INTO t VALUES (1, '2024-01-01 00:00:00'),"
                                       " (2, '2099-01-01 00:00:00'), (3, NULL);");
    REQUIRE(document.errors.empty());
    const auto age = results_of(document, "freshness.max_age").at(0);
    CHECK(age.status == Status::fail);
    CHECK(number(age, "age_s") == 30 * 86'400);
    CHECK(number(age, "future_rows") == 1);
    CHECK(number(age, "null_rows") == 1);
    CHECK(results_of(document, "freshness.future_rows").at(0).status == Status::fail);
    CHECK(exit_status(document, FailOn::critical) == ExitStatus::findings);
    REQUIRE(document.notes.size() == 1);
    CHECK(document.notes[0].find("t: column created_at was guessed") == 0);
}

TEST_CASE("a fresh table is fresh, a row within the skew is not in the future") {
    World world;
    const auto document =
        fresh(world, "CREATE TABLE t(created_at TEXT);"
                     "INSERT INTO t VALUES ('2024-01-30 12:00:00'), ('2024-01-31T00:04:59Z');");
    CHECK(results_of(document, "freshness.max_age").at(0).status == Status::pass);
    CHECK(results_of(document, "freshness.future_rows").at(0).status == Status::pass);
    CHECK(exit_status(document, FailOn::info) == ExitStatus::clean);
}

TEST_CASE("numbers since 1970 are times, also in a column declared as a date") {
    for (const auto* type : {"INTEGER", "DATETIME", "TIMESTAMP", "DATE", "REAL", ""}) {
        for (const auto* number_of_it : {"1706616000", "1706616000000", "1706616000000000"}) {
            INFO(type << " " << number_of_it);
            World world;
            const auto document =
                fresh(world, std::string("CREATE TABLE t(created_at ") + type + ");" +
                                 "INSERT INTO t VALUES (" + number_of_it + ");");
            REQUIRE(document.errors.empty());
            CHECK(number(results_of(document, "freshness.max_age").at(0), "age_s") == 43'200);
        }
    }
}

TEST_CASE("case 37: times without a zone are taken as those of the zone that was named") {
    const auto check_in = [](const std::string& zone, const std::string& id) {
        World world;
        const auto document =
            fresh(world, "CREATE TABLE t(at TEXT); INSERT INTO t VALUES ('2024-01-30 23:30:00');",
                  [&](FreshnessOptions& options) {
                      options.column = "AT";
                      options.common.assume_tz = zone;
                  });
        return results_of(document, id).at(0);
    };
    const auto utc = check_in("", "freshness.max_age");
    CHECK(number(utc, "age_s") == 1800);
    CHECK(*find_fact(utc.evidence, "assumed_time_zone") == Fact("UTC"));
    CHECK(find_fact(utc.evidence, "column_guessed") == nullptr);
    const auto berlin = check_in("Europe/Berlin", "freshness.max_age");
    CHECK(number(berlin, "age_s") == 1800 + 3600);
    CHECK(*find_fact(berlin.evidence, "assumed_time_zone") == Fact("Europe/Berlin"));
    const auto new_york =
        check_in("America/New_York", "freshness.undated"); // 04:30 UTC: in the future
    CHECK(new_york.status == Status::fail);
    CHECK(number(new_york, "future_rows") == 1);
}

TEST_CASE("cases 223, 224: a table that is empty or holds no time is not fresh") {
    for (const auto* rows : {"", "INSERT INTO t VALUES (NULL);", "INSERT INTO t VALUES ('soon');",
                             "INSERT INTO t VALUES ('2099-01-01');", "INSERT INTO t VALUES (7);"}) {
        INFO(rows);
        World world;
        const auto document = fresh(world, std::string("CREATE TABLE t(created_at TEXT);") + rows);
        const auto id = rows == std::string_view() ? "freshness.empty" : "freshness.undated";
        CHECK(results_of(document, id).at(0).status == Status::fail);
        CHECK(results_of(document, "freshness.max_age").empty());
    }
}

TEST_CASE("a table without a time is skipped beside others, and an error alone") {
    World world;
    const auto path =
        world.database("two.db", "CREATE TABLE a(id INTEGER); CREATE TABLE b(created_at TEXT);"
                                 "INSERT INTO b VALUES ('2024-01-30 12:00:00');");
    const auto both = freshness(freshness_of(path), world.context());
    CHECK(results_of(both, "freshness.max_age", "main.a").at(0).status == Status::skipped);
    CHECK(results_of(both, "freshness.max_age", "main.b").at(0).status == Status::pass);
    auto options = freshness_of(path);
    options.common.tables = {"a"};
    CHECK(freshness(options, world.context()).errors.at(0).kind == "not_found");
    options.common.tables = {"b"};
    options.column = "craeted_at";
    const auto wrong = freshness(options, world.context());
    CHECK(wrong.errors.at(0).kind == "not_found");
    CHECK(wrong.errors.at(0).hint == "did you mean 'created_at'?");
}
