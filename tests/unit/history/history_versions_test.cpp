// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/history/history.hpp"
#include "history_support.hpp"
#include "sqlite_file.hpp"
#include "temp_dir.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

/// As the first version of the schema had it, with two runs.
constexpr const char* first_version = R"sql(
PRAGMA application_id = 1634956153;
PRAGMA user_version = 1;
CREATE TABLE run (run_id INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, command TEXT NOT NULL,
    at INTEGER NOT NULL) STRICT;
CREATE INDEX run_at ON run (at);
CREATE TABLE subject (subject_id INTEGER PRIMARY KEY, source TEXT NOT NULL,
    table_name TEXT NOT NULL, column_name TEXT NOT NULL,
    UNIQUE (source, table_name, column_name)) STRICT;
CREATE TABLE metric (subject_id INTEGER NOT NULL REFERENCES subject, name TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE, value INTEGER, method TEXT NOT NULL,
    PRIMARY KEY (subject_id, name, run_id)) STRICT, WITHOUT ROWID;
CREATE INDEX metric_run ON metric (run_id);
CREATE TABLE result (subject_id INTEGER NOT NULL REFERENCES subject, check_id TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE, fingerprint TEXT NOT NULL,
    status TEXT NOT NULL, severity TEXT NOT NULL,
    PRIMARY KEY (subject_id, check_id, run_id, fingerprint)) STRICT, WITHOUT ROWID;
CREATE INDEX result_run ON result (run_id);
CREATE TABLE sketch (subject_id INTEGER NOT NULL REFERENCES subject, name TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE, state BLOB NOT NULL,
    PRIMARY KEY (subject_id, name, run_id)) STRICT, WITHOUT ROWID;
CREATE INDEX sketch_run ON sketch (run_id);
INSERT INTO run VALUES (1, 'one', 'freshness', 100), (2, 'two', 'freshness', 200);
INSERT INTO subject VALUES (1, 'shop.db', 'main.orders', 'at');
INSERT INTO metric VALUES (1, 'newest', 1, 90, 'exact'), (1, 'newest', 2, NULL, 'exact');
INSERT INTO result VALUES (1, 'freshness.max_age', 2, '0123456789abcdef', 'fail', 'critical');
INSERT INTO sketch VALUES (1, 'lag', 2, x'7374617465');
)sql";

/// What the second version added, with a metric.
constexpr const char* second_version = R"sql(
PRAGMA user_version = 2;
DROP TABLE metric;
CREATE TABLE metric (subject_id INTEGER NOT NULL REFERENCES subject, name TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE, value ANY, method TEXT NOT NULL,
    PRIMARY KEY (subject_id, name, run_id)) STRICT, WITHOUT ROWID;
CREATE INDEX metric_run ON metric (run_id);
CREATE TABLE definition (definition_id INTEGER PRIMARY KEY, state BLOB NOT NULL UNIQUE) STRICT;
CREATE TABLE snapshot (subject_id INTEGER NOT NULL REFERENCES subject,
    run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    definition_id INTEGER NOT NULL REFERENCES definition,
    PRIMARY KEY (subject_id, run_id)) STRICT, WITHOUT ROWID;
CREATE INDEX snapshot_run ON snapshot (run_id);
CREATE INDEX snapshot_definition ON snapshot (definition_id);
INSERT INTO metric VALUES (1, 'newest', 1, 90, 'exact'), (1, 'newest', 2, NULL, 'exact'),
    (1, 'mean', 2, 0.5, 'exact');
)sql";

} // namespace

TEST_CASE("a history of the first version is brought up to date and loses nothing") {
    const TempDir folder;
    run_sqlite(folder.file("h.db"), first_version);
    {
        History history(folder.file("h.db"));
        CHECK(history.note().empty());
        CHECK(history.runs() == 2);
        CHECK(history.metric(orders, "newest", 300) ==
              std::vector<PastMetric>{{100, 90}, {200, std::nullopt}});
        CHECK(history.sketches(orders, "lag", 0) == std::vector<std::string>{"state"});
        HistoryEntry entry = entry_of("three", 300, 290);
        entry.results.front().status = "pass";
        entry.metrics.push_back({orders, "mean", 0.5, Method::exact});
        entry.snapshots = {{{"shop.db", "main.orders", ""}, "definition"}};
        history.add(entry);
        CHECK(history.prune(150).removed == 1);
    }
    SQLite::Database database(folder.file("h.db"));
    CHECK(database.execAndGet("PRAGMA user_version").getInt() == History::schema_version);
    CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
    CHECK(database.execAndGet("SELECT count(*) FROM pragma_foreign_key_check").getInt() == 0);
    CHECK(database.execAndGet("SELECT count(*) FROM result").getInt() == 2);
}

TEST_CASE("a metric of a history of the second version is of the moment of its run") {
    const TempDir folder;
    run_sqlite(folder.file("h.db"), std::string(first_version) + second_version);
    {
        History history(folder.file("h.db"));
        CHECK(history.note().empty());
        HistoryEntry entry = entry_of("three", 300, 290);
        entry.metrics.front().at = 350;
        history.add(entry);
        CHECK(history.metric(orders, "newest", 400) ==
              std::vector<PastMetric>{{100, 90}, {200, std::nullopt}, {350, 290}});
        CHECK(history.numbers(orders, "mean", 400) == std::vector<PastNumber>{{200, 0.5}});
    }
    SQLite::Database database(folder.file("h.db"));
    CHECK(database.execAndGet("PRAGMA user_version").getInt() == History::schema_version);
    CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
    CHECK(database.execAndGet("SELECT count(*) FROM pragma_foreign_key_check").getInt() == 0);
}

TEST_CASE("runs that bring an old history up to date at the same time do it once") {
    for (int round = 0; round < 5; ++round) {
        const TempDir folder;
        const std::string path = folder.file("h.db");
        run_sqlite(path, first_version);
        std::vector<pid_t> children;
        for (int child = 0; child < 6; ++child) {
            children.push_back(start_process([&] {
                History history(path);
                history.add(entry_of(std::to_string(child), 1000 + child, child));
            }));
        }
        for (const pid_t child : children) {
            CHECK(ends_well(child));
        }
        CHECK(History(path).runs() == 8);
    }
}
