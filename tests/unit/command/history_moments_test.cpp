// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/audit.hpp"
#include "assay/command/dedupe_check.hpp"
#include "assay/command/freshness.hpp"
#include "assay/command/judge_tables.hpp"
#include "assay/command/run.hpp"
#include "assay/command/run_history.hpp"
#include "assay/command/volume_diff.hpp"
#include "assay/history/history.hpp"
#include "command_world.hpp"
#include "fake_session.hpp"
#include "postgres_database.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <chrono>
#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

constexpr const char* three_tables = "CREATE TABLE one(id INTEGER PRIMARY KEY, at TIMESTAMP);"
                                     "INSERT INTO one VALUES (1, '2024-01-30 23:00:00');"
                                     "CREATE TABLE two(id INTEGER PRIMARY KEY, at TIMESTAMP);"
                                     "INSERT INTO two VALUES (1, '2024-01-30 23:00:00');"
                                     "CREATE TABLE three(id INTEGER PRIMARY KEY, at TIMESTAMP);"
                                     "INSERT INTO three VALUES (1, '2024-01-30 23:00:00');";

/// A run whose snapshot is too old as soon as it is taken.
struct Restless {
    World world;

    CommonOptions common(const std::string& command) const {
        CommonOptions options;
        options.command = command;
        options.run_id = command;
        options.history = world.folder.file("history.db");
        options.snapshot_age = std::chrono::milliseconds(0);
        return options;
    }
    std::string in_history(const std::string& sql) const {
        SQLite::Database database(world.folder.file("history.db"));
        return database.execAndGet(sql).getString();
    }
    /// Each metric of the run is of the moment that the document gives its table.
    void check(const Document& document) const {
        INFO(document.run.id);
        CHECK(document.errors.empty());
        CHECK(in_history(fmt::format("SELECT at FROM run WHERE id = '{}'", document.run.id)) ==
              std::to_string(document.sources.at(0).snapshot_at));
        int renewed = 0;
        for (const auto& table : document.tables) {
            INFO(table.source + " " + table.name);
            renewed += table.snapshot_at ? 1 : 0;
            CHECK(in_history(fmt::format("SELECT group_concat(DISTINCT m.at) FROM metric AS m "
                                         "JOIN run USING (run_id) JOIN subject USING (subject_id) "
                                         "WHERE id = '{}' AND table_name = '{}.{}'",
                                         document.run.id, table.schema, table.name)) ==
                  std::to_string(moment_of(table, document).value()));
        }
        CHECK(renewed >= 2);
    }
};

void check_every_command(const std::string& database, const std::string& other) {
    Restless runs;
    World& world = runs.world;
    AuditOptions audit_options;
    audit_options.common = runs.common("audit");
    audit_options.database = database;
    runs.check(audit(audit_options, world.context()));

    FreshnessOptions fresh;
    fresh.common = runs.common("freshness");
    fresh.database = database;
    fresh.max_age = micros_per_day;
    runs.check(freshness(fresh, world.context()));

    DedupeCheckOptions dedupe;
    dedupe.common = runs.common("dedupe-check");
    dedupe.database = database;
    dedupe.keys = {{"at"}};
    runs.check(dedupe_check(dedupe, world.context()));

    VolumeDiffOptions usual;
    usual.common = runs.common("volume-diff");
    usual.database_a = database;
    runs.check(volume_diff(usual, world.context()));
    usual.common.run_id = "metrics";
    usual.metrics = {{"at", "null_fraction"}};
    runs.check(volume_diff(usual, world.context()));

    VolumeDiffOptions sides;
    sides.common = runs.common("volume-diff");
    sides.common.run_id = "sides";
    sides.database_a = database;
    sides.database_b = other;
    const Document document = volume_diff(sides, world.context());
    CHECK(document.errors.empty());
    CHECK(runs.in_history("SELECT count(DISTINCT m.at) FROM metric AS m JOIN run USING (run_id) "
                          "WHERE id = 'sides'") == "6");
}

} // namespace

TEST_CASE("each metric is kept with the moment of its table's snapshot") {
    const World world;
    const std::string sql = std::string("PRAGMA journal_mode=WAL;") + three_tables;
    const auto a = world.database("a.db", sql);
    const auto b = world.database("b.db", sql);
    // They show that the WAL is alive: such a file is read in a snapshot that is renewed.
    SQLite::Database writer_a(a, SQLite::OPEN_READWRITE);
    writer_a.exec("DELETE FROM one WHERE id > 1");
    SQLite::Database writer_b(b, SQLite::OPEN_READWRITE);
    writer_b.exec("DELETE FROM one WHERE id > 1");
    check_every_command(a, b);
}

TEST_CASE("each metric is kept with the moment of its table's snapshot in Postgres", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase a(three_tables);
    const PostgresDatabase b(three_tables);
    check_every_command(a.conninfo(), b.conninfo());
}

TEST_CASE("a table that is read late in a long run is kept under that moment") {
    World world;
    CommonOptions options = common_options("freshness");
    options.now.reset();
    options.history = world.folder.file("history.db");
    options.run_id = "long";
    const auto store = std::make_shared<FakeStore>();
    store->source.snapshot_at = test_now;
    store->is_old = true; // each renewal is a second later
    Source source{"a", std::make_unique<FakeSession>(store), {}};
    Document document;
    document.sources.emplace_back();
    document.sources.back().id = "a";
    document.sources.back().snapshot_at = test_now;
    const std::vector<TableRef> tables{{"main", "one"}, {"main", "two"}, {"main", "three"}};
    for (const auto& table : tables) {
        TableRecord record;
        record.source = "a";
        record.schema = table.schema;
        record.name = table.name;
        document.tables.push_back(record);
    }
    RunHistory history(options, world.folder.file("shop.db"), world.context(), document);
    judge_tables(source, tables.size(), options, world.context(), document,
                 [&](Workers&, std::size_t i) {
                     return std::vector{make_result("table.not_empty", tables[i], {})};
                 });
    HistoryEntry entry;
    for (const auto& table : tables) {
        entry.metrics.push_back({history.subject(table, ""), "rows", 7, Method::exact});
    }
    history.keep(test_now, entry, document);
    for (std::size_t i = 0; i < tables.size(); ++i) {
        INFO(tables[i].name);
        const auto seen = history.metric(history.subject(tables[i], ""), "rows", test_now * 2);
        REQUIRE(seen.size() == 1);
        CHECK(seen[0].at == document.tables[i].snapshot_at.value_or(test_now));
    }
    CHECK(document.tables[2].snapshot_at.value_or(0) > test_now);

    // A moment that the user named is that of all.
    options.now = test_now + micros_per_day;
    options.run_id = "named";
    history.keep(*options.now, entry, document);
    const auto seen = history.metric(history.subject(tables[2], ""), "rows", test_now * 2);
    CHECK(seen.back().at == *options.now);
}

TEST_CASE("how long ago earlier rows were counted is told from their snapshot") {
    World world;
    const auto path = world.database("t.db", "CREATE TABLE t(id INTEGER PRIMARY KEY);"
                                             "INSERT INTO t VALUES (1);");
    constexpr Micros hour = 3600 * micros_per_second;
    VolumeDiffOptions options;
    options.common = common_options("volume-diff");
    options.common.history = world.folder.file("history.db");
    options.database_a = path;
    {
        History history(options.common.history);
        HistoryEntry entry;
        entry.run = {"long", "volume-diff", test_now - 10 * hour};
        entry.metrics = {{{path, "main.t", ""}, "rows", 2, Method::exact, test_now - 3 * hour}};
        history.add(entry);
    }
    options.common.run_id = "next";
    const auto shrunk = results_of(volume_diff(options, world.context()), "volume.shrunk").at(0);
    CHECK(shrunk.message.find("1 row fewer than 3 h before") != std::string::npos);
}
