// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/history/history.hpp"
#include "history_support.hpp"
#include "sqlite_file.hpp"
#include "temp_dir.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace assay;
using namespace assay::test;

TEST_CASE("case 222: what a run leaves behind is what later runs find") {
    const TempDir folder;
    {
        History history(folder.file("h.db"));
        CHECK(history.note().empty());
        history.add(entry_of("one", 100, 90));
        history.add(entry_of("two", 200, std::nullopt));
    }
    const History history(folder.file("h.db"));
    CHECK(history.runs() == 2);
    CHECK(history.metric(orders, "newest", 300) ==
          std::vector<PastMetric>{{100, 90}, {200, std::nullopt}});
    CHECK(history.metric(orders, "newest", 200) == std::vector<PastMetric>{{100, 90}});
    CHECK(history.metric(orders, "newest", 300, {}, 1) ==
          std::vector<PastMetric>{{200, std::nullopt}});
    CHECK(history.metric({"other.db", "main.orders", "at"}, "newest", 300).empty());
    CHECK(history.metric(orders, "oldest", 300).empty());
    CHECK(history.sketches(orders, "lag", 150) ==
          std::vector<std::string>{std::string("\0\x01state", 7)});
    CHECK(history.looks("freshness", "shop.db", "main.orders", 0) == std::vector<Micros>{100, 200});
    CHECK(history.looks("audit", "shop.db", "main.orders", 0).empty());
    CHECK(history.has_sketch("shop.db", "main.orders", 150, 200));
    CHECK_FALSE(history.has_sketch("shop.db", "main.orders", 201, 300));
    CHECK_FALSE(history.has_sketch("shop.db", "main.customers", 0, 300));
}

TEST_CASE("metrics may be real numbers and texts, which are no whole numbers") {
    const TempDir folder;
    History history(folder.file("h.db"));
    HistoryEntry entry = entry_of("one", 100, 90);
    entry.metrics = {{orders, "mean", 2.0, Method::exact},
                     {orders, "max", std::string("2024-01-31"), Method::exact},
                     {orders, "rows", 7, Method::exact}};
    history.add(entry);
    CHECK(history.metric(orders, "rows", 300) == std::vector<PastMetric>{{100, 7}});
    CHECK(history.metric(orders, "mean", 300).empty());
    entry = entry_of("two", 200, 90);
    entry.metrics = {{orders, "mean", 2.5, Method::estimate}, {orders, "rows", 8, Method::exact}};
    history.add(entry);
    CHECK(history.numbers(orders, "mean", 300) ==
          std::vector<PastNumber>{{100, 2.0, Method::exact}, {200, 2.5, Method::estimate}});
    CHECK(history.numbers(orders, "mean", 200).size() == 1);
    CHECK(history.numbers(orders, "rows", 300, {}, 1) == std::vector<PastNumber>{{200, 8}});
    CHECK(history.numbers(orders, "max", 300).empty());
    SQLite::Database database(folder.file("h.db"));
    CHECK(database
              .execAndGet("SELECT group_concat(typeof(value) || ' ' || value, ', ') FROM "
                          "(SELECT value FROM metric WHERE run_id = 1 ORDER BY name)")
              .getString() == "text 2024-01-31, real 2.0, integer 7");
}

TEST_CASE("a metric is of the moment of its snapshot, which is not that of its run") {
    const TempDir folder;
    History history(folder.file("h.db"));
    HistoryEntry entry = entry_of("long", 100, 90);
    entry.metrics = {{orders, "newest", 90, Method::exact, 180},
                     {orders, "mean", 0.5, Method::exact, 180},
                     {{"shop.db", "main.customers", ""}, "rows", 7, Method::exact}};
    history.add(entry);
    history.add(entry_of("short", 150, 140));
    CHECK(history.metric(orders, "newest", 300) == std::vector<PastMetric>{{150, 140}, {180, 90}});
    CHECK(history.metric(orders, "newest", 180) == std::vector<PastMetric>{{150, 140}});
    CHECK(history.metric(orders, "newest", 300, {}, 1) == std::vector<PastMetric>{{180, 90}});
    CHECK(history.numbers(orders, "mean", 300) == std::vector<PastNumber>{{180, 0.5}});
    CHECK(history.looks("freshness", "shop.db", "main.orders", 160) == std::vector<Micros>{180});
    CHECK(history.looks("freshness", "shop.db", "main.customers", 0) == std::vector<Micros>{100});
}

TEST_CASE("what a run measured in which a check failed is left out where that check is named") {
    const TempDir folder;
    History history(folder.file("h.db"));
    const HistorySubject some{"shop.db", "main.orders", "at\nid > 7"};
    const auto add = [&](const std::string& id, Micros at, const HistoryResult& result) {
        HistoryEntry entry;
        entry.run = {id, "volume-diff", at};
        entry.metrics = {{some, "rows", at, Method::exact}, {orders, "mean", 0.5, Method::exact}};
        entry.sketches = {{orders, "quantiles", id}};
        entry.results = {result};
        history.add(entry);
    };
    add("passed", 1, {orders, "volume.metric", "pass", "critical", "f"});
    add("failed", 2, {orders, "volume.metric", "fail", "warning", "f"});
    add("accepted", 3, {orders, "volume.metric", "accepted", "critical", "f"});
    add("another metric", 4, {orders, "volume.metric", "fail", "critical", "0"});
    add("another check", 5, {orders, "volume.anomaly", "fail", "critical", "f"});
    add("another column", 6,
        {{"shop.db", "main.orders", "id"}, "volume.metric", "fail", "critical", "f"});
    add("another table", 7,
        {{"shop.db", "main.shops", "at"}, "volume.metric", "fail", "critical", "f"});
    add("another database", 8,
        {{"b.db", "main.orders", "at"}, "volume.metric", "fail", "critical", "f"});
    const std::vector<HistoryCheck> check{{"at", "volume.metric", "f"}};
    const auto seen_at = [](const auto& past) {
        std::vector<Micros> moments;
        for (const auto& seen : past) {
            moments.push_back(seen.at);
        }
        return moments;
    };
    const std::vector<Micros> good{1, 3, 4, 5, 6, 7, 8};
    CHECK(seen_at(history.metric(some, "rows", 9, check)) == good);
    CHECK(seen_at(history.numbers(orders, "mean", 9, check)) == good);
    CHECK(seen_at(history.metric(some, "rows", 9)).size() == 8);
    CHECK(seen_at(history.metric(some, "rows", 4, check, 1)) == std::vector<Micros>{3});
    CHECK(seen_at(history.metric(some, "rows", 9,
                                 {{"at", "volume.metric", "f"},
                                  {"at", "volume.anomaly", "f"},
                                  {"id", "volume.metric", "f"}})) ==
          std::vector<Micros>{1, 3, 4, 7, 8});
    CHECK(history.sketches(orders, "quantiles", 1, check) ==
          std::vector<std::string>{"passed", "accepted", "another metric", "another check",
                                   "another column", "another table", "another database"});
    CHECK(history.sketches(orders, "quantiles", 2, check).front() == "accepted");
    CHECK(history.has_sketch("shop.db", "main.orders", 2, 2));
    CHECK(history.has_sketch("shop.db", "main.orders", 2, 2, "volume.anomaly"));
    CHECK_FALSE(history.has_sketch("shop.db", "main.orders", 2, 2, "volume.metric"));
    CHECK_FALSE(history.has_sketch("shop.db", "main.orders", 6, 6, "volume.metric"));
    CHECK(history.has_sketch("shop.db", "main.orders", 1, 2, "volume.metric"));
    CHECK(history.has_sketch("shop.db", "main.orders", 3, 3, "volume.metric"));
    CHECK(history.has_sketch("shop.db", "main.orders", 7, 7, "volume.metric"));
}

TEST_CASE("the definition that the last run saw is found, and kept once") {
    const TempDir folder;
    History history(folder.file("h.db"));
    const HistorySubject table{"shop.db", "main.orders", ""};
    const auto add = [&](const std::string& id, Micros at, const std::string& state) {
        HistoryEntry entry;
        entry.run = {id, "audit", at};
        entry.snapshots = {{table, state}};
        history.add(entry);
    };
    CHECK_FALSE(history.snapshot(table, 1000));
    add("one", 100, std::string("\0\x01", 2));
    add("two", 200, std::string("\0\x01", 2));
    add("three", 300, "other");
    CHECK(history.snapshot(table, 100) == std::nullopt);
    CHECK(history.snapshot(table, 300) == PastSnapshot{200, std::string("\0\x01", 2)});
    CHECK(history.snapshot(table, 1000) == PastSnapshot{300, "other"});
    CHECK_FALSE(history.snapshot({"shop.db", "main.customers", ""}, 1000));
    SQLite::Database database(folder.file("h.db"));
    CHECK(database.execAndGet("SELECT count(*) FROM definition").getInt() == 2);
    history.prune(1000);
    CHECK(history.snapshot(table, 1000) == PastSnapshot{300, "other"});
    CHECK(database.execAndGet("SELECT count(*) FROM definition").getInt() == 1);
}

TEST_CASE("case 272: only its owner may read a history") {
    const TempDir folder;
    History history(folder.file("h.db"));
    history.add(entry_of("one", 100, 90));
    for (const auto& name : files_in(folder)) {
        struct stat found {};
        REQUIRE(::stat(folder.file(name).c_str(), &found) == 0);
        INFO(name);
        CHECK((found.st_mode & 0777U) == 0600U);
    }
}

TEST_CASE("old runs are forgotten with all that they left") {
    const TempDir folder;
    History history(folder.file("h.db"));
    history.add(entry_of("one", 100, 90));
    history.add(entry_of("two", 200, 190));
    const PrunedHistory pruned = history.prune(200);
    CHECK(pruned.removed == 1);
    CHECK(pruned.kept == 1);
    CHECK(pruned.kept_as_newest == 0);
    CHECK(pruned.oldest == 200);
    CHECK(history.runs() == 1);
    CHECK(history.metric(orders, "newest", 300) == std::vector<PastMetric>{{200, 190}});
    CHECK(history.sketches(orders, "lag", 0).size() == 1);
    CHECK(history.prune(200).removed == 0);
}

TEST_CASE("the space of what was removed is given back, if nobody else reads the file") {
    const TempDir folder;
    History history(folder.file("h.db"));
    HistoryEntry entry = entry_of("large", 100, 90);
    entry.sketches.front().state.assign(1'000'000, 's');
    history.add(entry);
    history.add(entry_of("small", 200, 190));
    const auto size = [&folder] { return std::filesystem::file_size(folder.file("h.db")); };
    {
        SQLite::Database other(folder.file("h.db"));
        SQLite::Statement reader(other, "SELECT 1 FROM run");
        reader.executeStep();
        CHECK(history.prune(150).removed == 1);
        CHECK(history.runs() == 1);
    }
    history.add(entry_of("old", 100, 90));
    CHECK(history.prune(150).removed == 1);
    CHECK(size() < 200'000);
}

TEST_CASE("the newest run of a table is never forgotten, whatever its age") {
    const TempDir folder;
    History history(folder.file("h.db"));
    history.add(entry_of("one", 100, 90));
    history.add(entry_of("two", 200, 190));
    HistoryEntry other = entry_of("other table", 50, 40);
    for (auto& metric : other.metrics) {
        metric.subject.table = "main.customers";
    }
    other.results.clear();
    other.sketches.clear();
    history.add(other);
    HistoryEntry audit = entry_of("audit", 60, 40);
    audit.run.command = "audit";
    history.add(audit);
    HistoryEntry nothing;
    nothing.run = {"saw nothing", "freshness", 70};
    history.add(nothing);

    const PrunedHistory pruned = history.prune(1000);
    CHECK(pruned.removed == 2); // "one", and the one that saw nothing
    CHECK(pruned.kept == 3);
    CHECK(pruned.kept_as_newest == 3);
    CHECK(pruned.oldest == 50);
    CHECK(history.metric(orders, "newest", 300) == std::vector<PastMetric>{{60, 40}, {200, 190}});
    CHECK(history.metric({"shop.db", "main.customers", ""}, "rows", 300).size() == 1);
    CHECK(History(folder.file("empty.db")).prune(1000).kept == 0);
}

TEST_CASE("the newest run that found nothing wrong is never forgotten either") {
    const TempDir folder;
    History history(folder.file("h.db"));
    const auto add = [&](const std::string& id, Micros at, const std::string& status) {
        HistoryEntry entry = entry_of(id, at, at);
        entry.results.front().status = status;
        history.add(entry);
    };
    add("good", 100, "pass");
    add("last good", 200, "pass");
    HistoryEntry without_sketch = entry_of("also good", 300, 300);
    without_sketch.results.clear();
    without_sketch.sketches.clear();
    history.add(without_sketch);
    add("bad", 400, "fail");
    add("bad again", 500, "fail");
    CHECK(history.prune(1000).removed == 2);
    CHECK(history.metric(orders, "newest", 600) ==
          std::vector<PastMetric>{{200, 200}, {300, 300}, {500, 500}});
    CHECK(history.sketches(orders, "lag", 0).size() == 2);
    CHECK(history.prune(1000).removed == 0);
}

TEST_CASE("what manages a history makes none, and moves none aside") {
    const TempDir folder;
    const auto manage = [&folder](const std::string& name) {
        return kind_of([&] { const History history(folder.file(name), HistoryAccess::manage); });
    };
    CHECK(manage("missing.db") == ErrorKind::connection);
    std::ofstream(folder.file("text.db")) << "this is no database, and long enough to be looked at";
    CHECK(manage("text.db") == ErrorKind::connection);
    std::ofstream(folder.file("nothing.db")) << "";
    CHECK(manage("nothing.db") == ErrorKind::usage);
    run_sqlite(folder.file("shop.db"), "CREATE TABLE orders (id INTEGER)");
    CHECK(manage("shop.db") == ErrorKind::usage);
    {
        History history(folder.file("damaged.db"));
        for (int i = 0; i < 50; ++i) {
            history.add(entry_of(std::to_string(i), i, i));
        }
    }
    std::fstream file(folder.file("damaged.db"), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(3 * 4096, '\x5a');
    file.close();
    CHECK(manage("damaged.db") == ErrorKind::connection);
    auto files = files_in(folder);
    std::sort(files.begin(), files.end());
    CHECK(files == std::vector<std::string>{"damaged.db", "nothing.db", "shop.db", "text.db"});
}

TEST_CASE("a run is kept once, and wholly or not at all") {
    const TempDir folder;
    History history(folder.file("h.db"));
    history.add(entry_of("one", 100, 90));
    CHECK(kind_of([&] { history.add(entry_of("one", 200, 91)); }) == ErrorKind::output);
    CHECK(history.runs() == 1);
    CHECK(history.metric(orders, "newest", 300) == std::vector<PastMetric>{{100, 90}});
}

TEST_CASE("case 256: a damaged history is moved aside, and a new one begun") {
    for (const char* content : {"this is no database, and long enough to be looked at", ""}) {
        const TempDir folder;
        std::ofstream(folder.file("h.db")) << content;
        History history(folder.file("h.db"));
        history.add(entry_of("one", 100, 90));
        CHECK(history.runs() == 1);
        CHECK(history.note().empty() == (content[0] == 0)); // an empty file is a new one
    }
    const TempDir folder;
    {
        History history(folder.file("h.db"));
        for (int i = 0; i < 50; ++i) {
            history.add(entry_of(std::to_string(i), i, i));
        }
    }
    std::fstream file(folder.file("h.db"), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(3 * 4096, '\x5a');
    file.close();
    const History history(folder.file("h.db"));
    CHECK(history.note().find("was damaged: it was moved to") != std::string::npos);
    CHECK(history.runs() == 0);
    CHECK(files_in(folder).size() >= 2);
}

TEST_CASE("runs that find the same damage at the same time begin one new history") {
    for (int round = 0; round < 10; ++round) {
        const TempDir folder;
        const std::string path = folder.file("h.db");
        std::ofstream(path) << "this is no database, and long enough to be looked at";
        std::vector<pid_t> children;
        for (int child = 0; child < 8; ++child) {
            children.push_back(start_process([&] {
                History history(path);
                history.add(entry_of(std::to_string(child), child, child));
            }));
        }
        for (const pid_t child : children) {
            CHECK(ends_well(child));
        }
        const auto files = files_in(folder);
        CHECK(std::count_if(files.begin(), files.end(), [](const std::string& name) {
                  return name.find(".corrupt-") != std::string::npos;
              }) == 1);
        CHECK(History(path).runs() == 8);
    }
}

TEST_CASE("case 257: a newer history, and a database of somebody else, are left alone") {
    const TempDir folder;
    { const History history(folder.file("newer.db")); }
    run_sqlite(folder.file("newer.db"),
               "PRAGMA user_version = " + std::to_string(History::schema_version + 1));
    CHECK(kind_of([&] { const History history(folder.file("newer.db")); }) == ErrorKind::usage);
    run_sqlite(folder.file("shop.db"), "CREATE TABLE orders (id INTEGER)");
    CHECK(kind_of([&] { const History history(folder.file("shop.db")); }) == ErrorKind::usage);
    CHECK(files_in(folder).size() == 2);
    CHECK(kind_of([&] { const History history(folder.file("no/folder.db")); }) ==
          ErrorKind::output);
}

TEST_CASE("case 182: 200 runs that overlap on one new history lose none of them") {
    const TempDir folder;
    const std::string path = folder.file("h.db");
    std::vector<pid_t> children;
    for (int child = 0; child < 8; ++child) {
        children.push_back(start_process([&] {
            for (int i = 0; i < 25; ++i) {
                History history(path);
                history.add(entry_of(std::to_string(child) + "/" + std::to_string(i), i, child));
            }
        }));
    }
    for (const pid_t child : children) {
        CHECK(ends_well(child));
    }
    const History history(path);
    CHECK(history.runs() == 200);
    CHECK(history.note().empty());
    CHECK(history.metric(orders, "newest", 1000).size() == 200);
}

TEST_CASE("runs that are kept while others prune are all there") {
    const TempDir folder;
    const std::string path = folder.file("h.db");
    {
        History history(path);
        for (int i = 0; i < 50; ++i) {
            history.add(entry_of("old " + std::to_string(i), i, i));
        }
    }
    std::vector<pid_t> children;
    for (int child = 0; child < 4; ++child) {
        children.push_back(start_process([&] {
            for (int i = 0; i < 20; ++i) {
                History history(path);
                history.add(entry_of(std::to_string(child) + "/" + std::to_string(i), 1000 + i, i));
            }
        }));
        children.push_back(start_process([&] {
            for (int i = 0; i < 10; ++i) {
                History(path, HistoryAccess::manage).prune(1000);
            }
        }));
    }
    for (const pid_t child : children) {
        CHECK(ends_well(child));
    }
    History history(path);
    history.prune(1000);
    CHECK(history.runs() == 80);
    CHECK(history.metric(orders, "newest", 2000).size() == 80);
}

TEST_CASE("case 259: a process that is killed at any moment leaves whole runs") {
    const TempDir folder;
    const std::string path = folder.file("h.db");
    std::int64_t runs = 0;
    for (int round = 0; round < 10; ++round) {
        const pid_t child = start_process([&] {
            for (int i = 0;; ++i) {
                History history(path);
                history.add(entry_of(std::to_string(round) + "/" + std::to_string(i), i, 1));
            }
        });
        std::this_thread::sleep_for(std::chrono::milliseconds(5 + 7 * round));
        ::kill(child, SIGKILL);
        CHECK_FALSE(ends_well(child));
        const History history(path);
        CHECK(history.note().empty());
        CHECK(history.runs() >= runs);
        runs = history.runs();
        CHECK(history.metric(orders, "newest", 100'000, {}, 100'000).size() ==
              static_cast<std::size_t>(runs));
        CHECK(history.sketches(orders, "lag", 0).size() == static_cast<std::size_t>(runs));
    }
}
