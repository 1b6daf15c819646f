// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/audit.hpp"
#include "assay/command/dedupe_check.hpp"
#include "assay/command/freshness.hpp"
#include "assay/command/volume_diff.hpp"
#include "assay/history/history.hpp"
#include "command_world.hpp"
#include "postgres_database.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <functional>
#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

FreshnessOptions options_of(const World& world, const std::string& database, const char* id) {
    FreshnessOptions options;
    options.common = common_options("freshness");
    options.common.history = world.folder.file("history.db");
    options.common.run_id = id;
    options.database = database;
    options.column = "at";
    options.max_age = micros_per_day;
    return options;
}

AuditOptions audit_options(const World& world, const std::string& database, int run) {
    AuditOptions options;
    options.common = common_options("audit");
    options.common.history = world.folder.file("history.db");
    options.common.run_id = "run " + std::to_string(run);
    options.common.now = test_now + run * 3600 * micros_per_second;
    options.database = database;
    return options;
}

std::string in_history(const World& world, const std::string& sql) {
    SQLite::Database database(world.folder.file("history.db"));
    const SQLite::Column value = database.execAndGet(sql);
    return value.isNull() ? "NULL" : value.getString();
}

/// What audits say of a table whose definition changes between them.
void check_drift(const World& world, const std::string& database,
                 const std::function<void(const std::string&)>& execute) {
    int runs = 0;
    const auto look = [&] {
        World fresh;
        return results_of(audit(audit_options(world, database, ++runs), fresh.context()),
                          "schema.changed")
            .at(0);
    };
    CHECK(look().status == Status::skipped);
    CHECK(look().status == Status::pass);
    execute("ALTER TABLE \"or\"\"ders\" ADD COLUMN note TEXT");
    const auto added = look();
    CHECK(added.status == Status::fail);
    CHECK(added.severity == Severity::info);
    CHECK(added.message.ends_with("column added note text") +
              added.message.ends_with("column added note TEXT") ==
          1);
    CHECK(look().status == Status::pass);
    execute("ALTER TABLE \"or\"\"ders\" RENAME COLUMN note TO remark");
    CHECK(look().message.ends_with("note to remark (a guess)"));
    execute("ALTER TABLE \"or\"\"ders\" DROP COLUMN remark");
    const auto removed = look();
    CHECK(removed.status == Status::fail);
    CHECK(removed.severity == Severity::warning);
    execute("DROP TABLE \"or\"\"ders\"");
    execute("CREATE TABLE \"or\"\"ders\" (id INTEGER, at DATE)");
    const auto retyped = look();
    CHECK(retyped.message.find("column retyped at from ") != std::string::npos);
    CHECK(retyped.message.find("key removed PRIMARY KEY (id)") != std::string::npos);
}

} // namespace

TEST_CASE("a run knows what the runs before it saw") {
    World world;
    const auto path = world.database(
        "t.db", "CREATE TABLE t(at TEXT); INSERT INTO t VALUES ('2024-01-30T23:00:00Z');");
    auto options = options_of(world, path, "one");
    options.common.now = test_now;
    const auto first = freshness(options, world.context());
    CHECK(first.run.id == "one");
    CHECK(results_of(first, "freshness.moved_backwards").at(0).status == Status::skipped);
    CHECK(results_of(first, "freshness.not_advancing").at(0).status == Status::skipped);

    options = options_of(world, path, "two");
    options.common.now = test_now + 2 * micros_per_day;
    const auto second = freshness(options, world.context());
    CHECK(results_of(second, "freshness.moved_backwards").at(0).status == Status::pass);
    CHECK(results_of(second, "freshness.not_advancing").at(0).status == Status::fail);

    run_sqlite(path, "UPDATE t SET at = '2024-01-29T00:00:00Z'");
    options = options_of(world, path, "three");
    options.common.now = test_now + 3 * micros_per_day;
    const auto third = freshness(options, world.context());
    CHECK(results_of(third, "freshness.moved_backwards").at(0).status == Status::fail);
    CHECK(results_of(third, "freshness.not_advancing").at(0).status == Status::pass);

    const History history(options.common.history);
    CHECK(history.runs() == 3);
}

TEST_CASE("a table that is empty was emptied or never loaded, as earlier runs know") {
    World world;
    const auto path = world.database("t.db", "CREATE TABLE t(at TEXT);");
    const auto run = [&](const char* id, Micros later) {
        auto options = options_of(world, path, id);
        options.common.now = test_now + later;
        return freshness(options, world.context());
    };
    CHECK(results_of(run("one", 0), "freshness.empty").at(0).message ==
          "the table is empty: it has no newest row");
    CHECK(results_of(run("two", 1), "freshness.empty").at(0).message ==
          "the table is empty: it has no newest row; it was never loaded, as far as 1 run since "
          "2024-01-31T00:00:00Z saw");
    run_sqlite(path, "INSERT INTO t VALUES (NULL)");
    run("three", 2);
    run_sqlite(path, "DELETE FROM t");
    const auto emptied = results_of(run("four", 3), "freshness.empty").at(0);
    CHECK(emptied.message == "the table is empty: it has no newest row; it was emptied since the "
                             "run of 2024-01-31T00:00:00.000002Z, which saw rows");
    CHECK(*find_fact(emptied.evidence, "loaded") == Fact("emptied"));
}

TEST_CASE("a table without a time is judged by what counts its writes") {
    World world;
    const auto path =
        world.database("t.db", "CREATE TABLE t(name TEXT); INSERT INTO t VALUES ('a');");
    constexpr Micros hour = 3600 * micros_per_second;
    const auto run = [&](const char* id, Micros later) {
        auto options = options_of(world, path, id);
        options.column.reset();
        options.max_age = 2 * hour;
        options.common.now = test_now + later;
        return results_of(freshness(options, world.context()), "freshness.max_age").at(0);
    };
    CHECK(run("one", 0).status == Status::skipped);
    CHECK(run("two", hour).status == Status::skipped); // it may have been written long ago
    CHECK(run("three", 3 * hour).status == Status::fail);
    run_sqlite(path, "INSERT INTO t VALUES ('b')");
    const auto written = run("four", 4 * hour);
    CHECK(written.status == Status::pass);
    CHECK(written.message == "last written at most 1 h ago, by the change counter of the file (all "
                             "tables share it), allowed is 2 h");
    CHECK(*find_fact(written.evidence, "method") == Fact("file_counter"));

    run_sqlite(path, "PRAGMA journal_mode = WAL; INSERT INTO t VALUES ('c')");
    CHECK(run("five", 5 * hour).message ==
          "no column looks like the time of a row, and nothing tells when the table was written");
}

TEST_CASE("windows that a run found without rows are followed until they are filled") {
    World world;
    const auto path = world.database(
        "t.db", "CREATE TABLE t(at TEXT); INSERT INTO t VALUES ('2024-01-30T02:00:00Z'),"
                "('2024-01-30T12:00:00Z'), ('2024-01-30T23:00:00Z');");
    const auto run = [&](const char* id, Micros later, Micros backcast) {
        auto options = options_of(world, path, id);
        options.common.now = test_now + later;
        options.max_age = 6 * 3600 * micros_per_second;
        options.backcast = backcast;
        const auto document = freshness(options, world.context());
        return results_of(document, "freshness.missing_windows").at(0);
    };
    const auto listed = [](const CheckResult& result, std::string_view name) {
        return std::get<Fact::List>(find_fact(result.evidence, name)->value).size();
    };
    const auto first = run("one", 0, micros_per_day);
    CHECK(listed(first, "windows") == 2);
    CHECK(listed(first, "filled") == 0);

    // Out of sight of the look back, and not forgotten; the one up to now goes on.
    run_sqlite(path, "INSERT INTO t VALUES ('2024-01-31T20:00:00Z'), ('2024-01-31T21:00:00Z')");
    const auto second = run("two", micros_per_day, 3600 * micros_per_second);
    CHECK(listed(second, "windows") == 2);
    CHECK(listed(second, "filled") == 0);

    run_sqlite(path, "INSERT INTO t VALUES ('2024-01-30T06:00:00Z'), ('2024-01-30T17:00:00Z')");
    const auto third = run("three", micros_per_day + 1, 3600 * micros_per_second);
    CHECK(listed(third, "windows") == 0);
    CHECK(listed(third, "filled") == 2);
    CHECK(third.status == Status::pass);
    CHECK(listed(run("four", micros_per_day + 2, 3600 * micros_per_second), "filled") == 0);
}

TEST_CASE("a run on other rows of the table is compared with runs on those rows") {
    World world;
    const auto path = world.database("t.db", "CREATE TABLE t(at TEXT, source TEXT);"
                                             "INSERT INTO t VALUES ('2024-01-30T23:00:00Z', 'a'),"
                                             "('2024-01-20T00:00:00Z', 'b');");
    freshness(options_of(world, path, "one"), world.context());
    auto options = options_of(world, path, "two");
    options.common.now = test_now + 1;
    options.common.where = "source = 'b'";
    const auto document = freshness(options, world.context());
    CHECK(results_of(document, "freshness.moved_backwards").at(0).status == Status::skipped);
}

TEST_CASE("case 255: a history that cannot be used is said, and its checks are errors") {
    World world;
    const auto path = world.database("t.db", "CREATE TABLE t(at TEXT);"
                                             "INSERT INTO t VALUES ('2024-01-30T23:00:00Z');");
    auto options = options_of(world, path, "one");
    options.common.history = world.folder.file("no/such/folder/h.db");
    const auto document = freshness(options, world.context());
    CHECK(document.errors.empty());
    CHECK(document.notes.at(0).starts_with("this run is not kept: "));
    CHECK(results_of(document, "freshness.max_age").at(0).status == Status::pass);
    CHECK(results_of(document, "freshness.moved_backwards").at(0).status == Status::error);
    CHECK(exit_status(document, FailOn::critical) == ExitStatus::incomplete);

    options.common.history = path; // the database itself is no history
    const auto refused = freshness(options, world.context());
    CHECK(refused.errors.at(0).kind == "usage");
}

TEST_CASE("a damaged history is begun anew, and the run goes on") {
    World world;
    const auto path = world.database("t.db", "CREATE TABLE t(at TEXT);"
                                             "INSERT INTO t VALUES ('2024-01-30T23:00:00Z');");
    const auto options = options_of(world, path, "one");
    std::ofstream(options.common.history) << std::string(5000, 'x');
    const auto document = freshness(options, world.context());
    CHECK(document.notes.at(0).find("was damaged") != std::string::npos);
    CHECK(exit_status(document, FailOn::critical) == ExitStatus::clean);
    CHECK(History(options.common.history).runs() == 1);
}

TEST_CASE("an audit tells what changed in the definition of a table") {
    const World world;
    const auto path =
        world.database("t.db", "CREATE TABLE \"or\"\"ders\" (id INTEGER PRIMARY KEY, at TEXT);");
    check_drift(world, path, [&path](const std::string& sql) { run_sqlite(path, sql); });
}

TEST_CASE("an audit tells what changed in the definition of a table in Postgres", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const World world;
    const PostgresDatabase database(
        "CREATE TABLE \"or\"\"ders\" (id INTEGER PRIMARY KEY, at TEXT);");
    check_drift(world, database.conninfo(),
                [&database](const std::string& sql) { database.execute(sql); });
}

TEST_CASE("an audit keeps rows, metrics of columns, sketches once a day, and results") {
    World world;
    const auto path = world.database("t.db", "CREATE TABLE t(a INTEGER, b REAL, c TEXT, at DATE);"
                                             "INSERT INTO t VALUES (1, 0.5, 'x', '2024-01-01'),"
                                             "(3, 1.5, NULL, '2024-01-02');");
    audit(audit_options(world, path, 1), world.context());
    const auto metric = [&world](const std::string& column, const std::string& name) {
        return in_history(world, "SELECT typeof(value) || ' ' || value FROM metric JOIN subject "
                                 "USING (subject_id) WHERE column_name = '" +
                                     column + "' AND name = '" + name + "' LIMIT 1");
    };
    CHECK(metric("", "rows") == "integer 2");
    CHECK(metric("a", "min") == "integer 1");
    CHECK(metric("a", "mean") == "integer 2");
    CHECK(metric("b", "max") == "real 1.5");
    CHECK(metric("c", "nulls") == "integer 1");
    CHECK(metric("at", "max") == "text 2024-01-02");
    CHECK(in_history(world, "SELECT count(*) FROM metric JOIN subject USING (subject_id) WHERE "
                            "column_name = 'c' AND name IN ('min', 'max')") == "0");
    CHECK(in_history(world, "SELECT group_concat(name, ' ') FROM (SELECT DISTINCT name FROM sketch "
                            "ORDER BY 1)") == "distinct quantiles top_values");
    const std::string first = in_history(world, "SELECT count(*) FROM sketch");
    audit(audit_options(world, path, 2), world.context());
    CHECK(in_history(world, "SELECT count(*) FROM sketch") == first);
    audit(audit_options(world, path, 25), world.context());
    CHECK(in_history(world, "SELECT count(*) FROM sketch") == std::to_string(2 * std::stoi(first)));
    CHECK(in_history(world, "SELECT count(*) FROM result WHERE check_id = 'table.not_empty'") ==
          "3");
    CHECK(in_history(world, "SELECT count(*) FROM run") == "3");
}

TEST_CASE("a history holds no value that --values hides") {
    World world;
    const auto path = world.database(
        "t.db", "CREATE TABLE t(secret TEXT, number INTEGER, day DATE DEFAULT '1987-06-05');"
                "INSERT INTO t VALUES ('Mallory Quux', 4242424242, '1999-12-31');");
    auto options = audit_options(world, path, 1);
    options.common.values = ValuesPolicy::none;
    audit(options, world.context());
    CHECK(in_history(world, "SELECT count(*) FROM sketch") == "0");
    CHECK(in_history(world, "SELECT count(*) FROM metric WHERE name IN ('min', 'max', 'mean', "
                            "'stddev', 'sum', 'p01', 'median', 'p99')") == "0");
    CHECK(in_history(world, "SELECT count(*) FROM metric WHERE name = 'nulls'") == "3");
    audit(audit_options(world, path, 2), world.context());
    std::ifstream file(options.common.history, std::ios::binary);
    std::ifstream log(options.common.history + "-wal", std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(file)), {});
    bytes.append((std::istreambuf_iterator<char>(log)), {});
    CHECK(bytes.find("Mallory") == std::string::npos);
    CHECK(bytes.find("1987-06-05") == std::string::npos);
    CHECK(bytes.find("number") != std::string::npos);
}

TEST_CASE("rows that a condition chose have metrics of their own") {
    World world;
    const auto path = world.database("t.db", "CREATE TABLE t(a INTEGER);"
                                             "INSERT INTO t VALUES (1), (2), (3);");
    auto options = audit_options(world, path, 1);
    options.common.where = "a > 1";
    audit(options, world.context());
    const History history(options.common.history);
    CHECK(history.metric({path, "main.t", "\na > 1"}, "rows", options.common.now.value() + 1) ==
          std::vector<PastMetric>{{*options.common.now, 2}});
    CHECK(history.metric({path, "main.t", ""}, "rows", options.common.now.value() + 1).empty());
    // The definition is the same for all rows.
    const auto next = audit(audit_options(world, path, 2), world.context());
    CHECK(results_of(next, "schema.changed").at(0).status == Status::pass);
}

TEST_CASE("what audits keep is no look of freshness") {
    World world;
    const auto path = world.database("t.db", "CREATE TABLE t(at TEXT);"
                                             "INSERT INTO t VALUES ('2024-01-30T23:00:00Z');");
    audit(audit_options(world, path, 1), world.context());
    freshness(options_of(world, path, "two"), world.context());
    const History history(world.folder.file("history.db"));
    CHECK(history.looks("freshness", path, "main.t", 0) == std::vector<Micros>{test_now});
}

TEST_CASE("dedupe-check and volume-diff keep their counts, of both sides") {
    World world;
    const auto a = world.database("a.db", "CREATE TABLE t(id INTEGER, v TEXT);"
                                          "INSERT INTO t VALUES (1, 'x'), (1, 'x'), (2, 'y');");
    const auto b = world.database("b.db", "CREATE TABLE t(id INTEGER, v TEXT);"
                                          "INSERT INTO t VALUES (1, 'x');");
    DedupeCheckOptions dedupe;
    dedupe.common = audit_options(world, a, 1).common;
    dedupe.common.command = "dedupe-check";
    dedupe.database = a;
    dedupe.keys = {{"id", "v"}};
    dedupe_check(dedupe, world.context());
    VolumeDiffOptions diff;
    diff.common = audit_options(world, a, 2).common;
    diff.common.command = "volume-diff";
    diff.database_a = a;
    diff.database_b = b;
    diff.by = DiffBy::rows;
    volume_diff(diff, world.context());

    const History history(world.folder.file("history.db"));
    const auto last = [&](const std::string& source, const std::string& column, const char* name) {
        const auto past = history.metric({source, "main.t", column}, name, test_now * 2);
        return past.empty() ? std::nullopt : past.back().value;
    };
    CHECK(last(a, "id, v", "surplus_rows") == 1);
    CHECK(last(a, "", "rows") == 3);
    CHECK(history.metric({a, "main.t", ""}, "rows", test_now * 2).size() == 2);
    CHECK(last(b, "", "rows") == 1);
    CHECK(last(a, "\nand " + b, "only_a") == 2);
    CHECK(history.snapshot({b, "main.t", ""}, test_now * 2));
    CHECK(in_history(world, "SELECT count(*) FROM result WHERE check_id = 'volume.rows'") == "1");
}

TEST_CASE("an audit whose history cannot be used says so") {
    World world;
    const auto path = world.database("t.db", "CREATE TABLE t(a INTEGER);"
                                             "INSERT INTO t VALUES (1), (2);");
    auto options = audit_options(world, path, 1);
    audit(options, world.context());
    in_history(world, "SELECT 1");
    run_sqlite(options.common.history, "UPDATE definition SET state = x'00'");
    const auto unread = audit(audit_options(world, path, 2), world.context());
    CHECK(results_of(unread, "schema.changed").at(0).status == Status::error);
    CHECK(unread.errors.empty());
    options.common.history = world.folder.file("no/such/folder/h.db");
    const auto nowhere = audit(options, world.context());
    CHECK(nowhere.notes.at(0).starts_with("this run is not kept: "));
    CHECK(results_of(nowhere, "schema.changed").at(0).status == Status::error);
    CHECK(nowhere.tables.size() == 1);
}
