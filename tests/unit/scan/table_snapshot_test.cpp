// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/row_hasher.hpp"
#include "assay/scan/table_snapshot.hpp"
#include "diff_support.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

constexpr std::string_view create = "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, n INTEGER);";

std::string rows_sql(StoreKind store) {
    return std::string(create) + "INSERT INTO t SELECT i, 'v' || i, i % 10 FROM " +
           numbers_sql(store, 3'000) + ";";
}

SnapshotRequest request_of(const TableSchema& table, std::size_t keys, KeyForm form,
                           SnapshotGrain grain) {
    SnapshotRequest request{table, {}, form, grain};
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const ColumnType type = table.columns[i].type;
        auto& columns = i < keys ? request.layout.key : request.layout.other;
        columns.push_back({i, comparison_for(type, type)});
    }
    return request;
}

TableSnapshot snapshot_of(Opened& opened, KeyForm form, SnapshotGrain grain) {
    Workers workers(*opened.session, 2);
    return take_snapshot(workers, request_of(opened.table, 1, form, grain));
}

SnapshotDiff diff_of(Opened& opened, const TableSnapshot& before) {
    Workers workers(*opened.session, 2);
    return compare_with_snapshot(workers, opened.table,
                                 request_of(opened.table, 1, before.form, before.grain).layout,
                                 before);
}

/// Changes to rows of their own, and how many of each sort they are.
struct Changes {
    std::string sql;
    std::int64_t removed = 0;
    std::int64_t added = 0;
    std::int64_t changed = 0;
};

Changes some_changes() {
    Changes changes;
    const auto kinds = *rc::gen::container<std::map<int, int>>(rc::gen::inRange(-200, 9000),
                                                               rc::gen::inRange(0, 2));
    for (const auto& [key, kind] : kinds) {
        const std::string id = std::to_string(key);
        if (key < 1 || key > 3000) {
            ++changes.added;
            changes.sql += "INSERT INTO t VALUES (" + id + ", 'new', 1);";
        } else if (kind == 0) {
            ++changes.removed;
            changes.sql += "DELETE FROM t WHERE id = " + id + ";";
        } else {
            ++changes.changed;
            changes.sql += "UPDATE t SET v = NULL WHERE id = " + id + ";";
        }
    }
    return changes;
}

void check_against(Opened& now, const TableSnapshot& before, const Changes& changes) {
    const SnapshotDiff diff = diff_of(now, before);
    const std::int64_t all = changes.removed + changes.added + changes.changed;
    RC_ASSERT(diff.rows_a == 3000);
    RC_ASSERT(diff.rows_b == 3000 + changes.added - changes.removed);
    RC_ASSERT(diff.least <= all);
    RC_ASSERT(diff.most >= all);
    RC_ASSERT((diff.most == 0) == (all == 0));
    RC_ASSERT(diff.unchanged <= 3000 - changes.removed - changes.changed);
    std::int64_t then = diff.unchanged;
    std::int64_t rows = diff.unchanged;
    for (const ChangedRange& range : diff.ranges) {
        then += range.rows_a;
        rows += range.rows_b;
    }
    if (before.grain == SnapshotGrain::segments) {
        RC_ASSERT(then == diff.rows_a);
        RC_ASSERT(rows == diff.rows_b);
        return;
    }
    const auto count = [&](ChangeKind kind) {
        return std::count_if(diff.changed_keys.begin(), diff.changed_keys.end(),
                             [kind](const ChangedKey& key) { return key.kind == kind; });
    };
    RC_ASSERT(diff.unchanged == 3000 - changes.removed - changes.changed);
    RC_ASSERT(count(ChangeKind::only_a) == changes.removed);
    RC_ASSERT(count(ChangeKind::only_b) == changes.added);
    RC_ASSERT(count(ChangeKind::changed) == changes.changed);
}

constexpr std::array forms{KeyForm::value, KeyForm::hash};
constexpr std::array grains{SnapshotGrain::segments, SnapshotGrain::rows};

} // namespace

TEST_CASE("hashes of rows stay what they are, as files hold them: see row_hash_version") {
    RowBatch batch;
    batch.columns = {Column(ColumnType::integer), Column(ColumnType::text),
                     Column(ColumnType::decimal), Column(ColumnType::timestamptz)};
    batch.columns[0].append_integer(42);
    batch.columns[1].append_text("forty-two");
    batch.columns[2].append_text("42.50");
    batch.columns[3].append_integer(1'706'659'200'000'000);
    batch.row_count = 1;
    RowHasher hasher({Comparison::number, Comparison::text, Comparison::number, Comparison::time});
    hasher.hash(batch);
    CHECK(hex64(hasher.first()[0]) == "d3b8d9a32ccf528e");
    CHECK(hex64(hasher.second()[0]) == "b492c4a37d274b7e");
    CHECK(hex64(hasher.hash_keys(batch, 2)[0]) == "c5d970898225d216");
    CHECK(row_hash_version == 1);
}

TEST_CASE("a snapshot tells what became of its rows in SQLite") {
    rc::prop("whatever changes", [] {
        const auto [sql, removed, added, changed] = some_changes();
        TwoFiles files(rows_sql(StoreKind::sqlite), rows_sql(StoreKind::sqlite) + sql);
        for (const KeyForm form : forms) {
            for (const SnapshotGrain grain : grains) {
                const TableSnapshot before = snapshot_of(files.a, form, grain);
                RC_ASSERT(before.form == form);
                check_against(files.a, before, {});
                check_against(files.b, before, {sql, removed, added, changed});
            }
        }
    });
}

TEST_CASE("a snapshot of one store fits the other one", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const TempDir dir;
    Opened in_sqlite(make_sqlite(dir.file("a.db"), rows_sql(StoreKind::sqlite)));
    PostgresDatabase database;
    database.execute(rows_sql(StoreKind::postgresql));
    for (const KeyForm form : forms) {
        for (const SnapshotGrain grain : grains) {
            const TableSnapshot before = snapshot_of(in_sqlite, form, grain);
            Opened in_postgres(postgres_location(database));
            CHECK(diff_of(in_postgres, before).most == 0);
            CHECK(snapshot_of(in_postgres, form, grain).segments == before.segments);
        }
    }
    const TableSnapshot before = snapshot_of(in_sqlite, KeyForm::value, SnapshotGrain::segments);
    database.execute(
        "DELETE FROM t WHERE id = 1500; INSERT INTO t VALUES (7000, '', 1), (-5, '', 1);");
    Opened in_postgres(postgres_location(database));
    const SnapshotDiff diff = diff_of(in_postgres, before);
    CHECK(diff.changed_segments == 3);
    REQUIRE(diff.ranges.size() == 3);
    CHECK(diff.ranges[0] == ChangedRange{KeyRange{-5, -5}, 0, 1});
    CHECK(diff.ranges[1].rows_a == diff.ranges[1].rows_b + 1);
    CHECK(diff.ranges[2] == ChangedRange{KeyRange{7000, 7000}, 0, 1});
    CHECK(diff.unchanged == 3000 - diff.ranges[1].rows_a);
}

TEST_CASE("keys that SQLite keeps as something else are placed by hash") {
    const std::string odd = "CREATE TABLE t (id INTEGER UNIQUE, v TEXT); INSERT INTO t VALUES (1, "
                            "'a'), (2, 'b'), (NULL, 'c'), (NULL, 'c'), ('x', 'd')";
    TwoFiles files(odd, odd + ";DELETE FROM t WHERE id = 'x' OR id = 1;");
    for (const SnapshotGrain grain : grains) {
        const TableSnapshot before = snapshot_of(files.a, KeyForm::value, grain);
        CHECK(before.form == KeyForm::hash);
        CHECK(before.rows == 5);
        CHECK(diff_of(files.a, before).most == 0);
        CHECK(diff_of(files.b, before).least >= 1);
    }
    CHECK(diff_of(files.b, snapshot_of(files.a, KeyForm::hash, SnapshotGrain::rows))
              .changed_keys.size() == 2);
}

TEST_CASE("a key that is no integer any more is a row that came") {
    const std::string table = "CREATE TABLE t (id INTEGER UNIQUE, v TEXT);";
    TwoFiles files(table + "INSERT INTO t VALUES (1, 'a'), (2, 'b')",
                   table + "INSERT INTO t VALUES (1, 'a'), (NULL, 'b')");
    const SnapshotDiff rows =
        diff_of(files.b, snapshot_of(files.a, KeyForm::value, SnapshotGrain::rows));
    CHECK(rows.odd_rows == 1);
    CHECK(rows.changed_keys == std::vector<ChangedKey>{{ChangeKind::only_a, 2}});
    CHECK(rows.least == 2);
    const SnapshotDiff sums =
        diff_of(files.b, snapshot_of(files.a, KeyForm::value, SnapshotGrain::segments));
    CHECK(sums.rows_b == 2);
    CHECK_FALSE(sums.ranges.back().keys.has_value());
    CHECK(sums.ranges.back().rows_b == 1);
}

TEST_CASE("a table without rows has a snapshot too") {
    TwoFiles files(std::string(create), rows_sql(StoreKind::sqlite));
    for (const SnapshotGrain grain : grains) {
        const TableSnapshot before = snapshot_of(files.a, KeyForm::value, grain);
        CHECK(before.rows == 0);
        CHECK(diff_of(files.a, before).most == 0);
        CHECK(diff_of(files.b, before).most == 3000);
        CHECK(diff_of(files.b, before).least == 3000);
        CHECK(diff_of(files.a, snapshot_of(files.b, KeyForm::value, grain)).least == 3000);
    }
}
