// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/freshness.hpp"
#include "assay/history/history.hpp"
#include "command_world.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <string>

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

TEST_CASE("a history that cannot be used is said, and its checks are errors") {
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
