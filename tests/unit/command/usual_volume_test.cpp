// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff.hpp"

#include "command_world.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

#include <string>

using namespace assay;
using namespace assay::test;

namespace {

/// A table without a time, looked at once a day.
struct Plain {
    World world;
    std::string path = world.database("t.db", "CREATE TABLE t(id INTEGER PRIMARY KEY);");
    int day = 0;
    Deletes deletes = Deletes::unknown;
    Findings findings = Findings::open;

    void set_rows(int rows) const {
        run_sqlite(path, "DELETE FROM t; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                         "FROM n WHERE i < " +
                             std::to_string(rows) + ") INSERT INTO t SELECT i FROM n;");
    }
    Document run() {
        VolumeDiffOptions options;
        options.common = common_options("volume-diff");
        options.common.now = test_now + day * micros_per_day;
        options.common.history = world.folder.file("history.db");
        options.common.run_id = "run " + std::to_string(day);
        options.common.findings = findings;
        options.database_a = path;
        options.usual.deletes = deletes;
        ++day;
        return volume_diff(options, world.context());
    }
    /// One run a day, each with 100 rows more than the one before.
    void grow(int days) {
        for (int i = 0; i < days; ++i) {
            set_rows(1000 + 100 * day);
            run();
        }
    }
};

Status status_of(const Document& document, std::string_view id) {
    return results_of(document, id).at(0).status;
}

} // namespace

TEST_CASE("a table without a time is judged by what earlier runs counted") {
    Plain plain;
    plain.set_rows(1000);
    const auto first = plain.run();
    CHECK(first.errors.empty());
    CHECK(status_of(first, "volume.anomaly") == Status::skipped);
    CHECK(status_of(first, "volume.growth") == Status::skipped);
    CHECK(status_of(first, "volume.shrunk") == Status::skipped);
    plain.grow(9);
    plain.set_rows(2000);
    const auto tenth = plain.run();
    CHECK(status_of(tenth, "volume.anomaly") == Status::pass);
    CHECK(status_of(tenth, "volume.growth") == Status::pass);
    CHECK(status_of(tenth, "volume.shrunk") == Status::pass);
    const auto same = plain.run();
    CHECK(status_of(same, "volume.growth") == Status::fail);
    CHECK(status_of(same, "volume.shrunk") == Status::pass);
    plain.set_rows(500);
    const auto gone = plain.run();
    CHECK(status_of(gone, "volume.anomaly") == Status::fail);
    CHECK(results_of(gone, "volume.growth").at(0).message ==
          "learning: no run counted the rows about a day ago"); // that one had a finding
    const auto shrunk = results_of(gone, "volume.shrunk").at(0);
    CHECK(shrunk.status == Status::fail);
    CHECK(shrunk.severity == Severity::warning);
    CHECK(number(shrunk, "rows_before") == 2000);
}

TEST_CASE("a table that the user calls append-only is held to it from the second run on") {
    Plain plain;
    plain.deletes = Deletes::never;
    plain.set_rows(10);
    CHECK(status_of(plain.run(), "volume.shrunk") == Status::skipped);
    plain.set_rows(9);
    const auto shrunk = results_of(plain.run(), "volume.shrunk").at(0);
    CHECK(shrunk.status == Status::fail);
    CHECK(shrunk.severity == Severity::critical);
    CHECK(shrunk.message == "1 row fewer than 1 d before: 9 are left");
}

TEST_CASE("rows that are lost stay a finding until a run accepts it") {
    Plain plain;
    plain.deletes = Deletes::never;
    plain.set_rows(10);
    plain.run();
    plain.set_rows(9);
    CHECK(status_of(plain.run(), "volume.shrunk") == Status::fail);
    CHECK(status_of(plain.run(), "volume.shrunk") == Status::fail);
    plain.findings = Findings::accepted;
    CHECK(status_of(plain.run(), "volume.shrunk") == Status::fail);
    plain.findings = Findings::open;
    const auto shrunk = results_of(plain.run(), "volume.shrunk").at(0);
    CHECK(shrunk.status == Status::pass);
    CHECK(number(shrunk, "earlier_runs") == 2);
    SQLite::Database database(plain.world.folder.file("history.db"));
    CHECK(database
              .execAndGet("SELECT group_concat(status, ' ') FROM (SELECT status FROM result WHERE "
                          "check_id = 'volume.shrunk' ORDER BY run_id)")
              .getString() == "skipped fail fail accepted pass");
}

TEST_CASE("estimates of earlier runs are no counts, and a history that cannot be used is said") {
    Plain plain;
    plain.deletes = Deletes::never;
    plain.set_rows(10);
    plain.run();
    run_sqlite(plain.world.folder.file("history.db"),
               "UPDATE metric SET value = 99, method = 'estimate' WHERE name = 'rows'");
    CHECK(status_of(plain.run(), "volume.shrunk") == Status::skipped);
    VolumeDiffOptions options;
    options.common = common_options("volume-diff");
    options.common.history = plain.world.folder.file("no/such/folder/h.db");
    options.common.run_id = "x";
    options.database_a = plain.path;
    const auto nowhere = volume_diff(options, plain.world.context());
    CHECK(status_of(nowhere, "volume.shrunk") == Status::error);
}

TEST_CASE("the plan of one database names the statements and reads no table") {
    World world;
    VolumeDiffOptions options;
    options.common = common_options("volume-diff");
    options.common.mode = Mode::explain;
    options.common.history = world.folder.file("h.db");
    options.database_a = world.database(
        "t.db", "CREATE TABLE t(loaded_at TEXT); CREATE INDEX t_at ON t(loaded_at);");
    const auto document = volume_diff(options, world.context());
    REQUIRE(document.plan.size() == 3);
    CHECK(document.plan[1].sql.find("INDEXED BY \"t_at\"") != std::string::npos);
    CHECK(document.plan[2].sql.find("count(*)") != std::string::npos);
    CHECK_FALSE(reads_rows_of(world.observer.statements, "t"));
}
