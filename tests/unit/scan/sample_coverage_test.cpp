// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/parallel.hpp"
#include "assay/scan/profiler.hpp"

#include "time_tables.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <string>

using namespace assay;
using namespace assay::test;

namespace {

/// How many intervals of many samples hold the truth.
struct Coverage {
    int samples = 0;
    int rows = 0;
    int nulls = 0;
    int whole = 0; ///< read so, and exact
};

/// Each fraction has its own seed. All of these draw about one row of `step`.
Coverage cover(Opened& opened, double step, int samples) {
    Workers workers(*opened.session, 1);
    const TableProfile truth = profile_table(workers, opened.table, {});
    const ColumnProfile& column = truth.columns.back();
    const double share = static_cast<double>(column.nulls) / static_cast<double>(column.rows);
    Coverage coverage;
    for (int i = 0; i < samples; ++i) {
        ProfileRequest request;
        request.sample_fraction = 1 / (step - 0.45 + 0.9 * i / samples);
        const TableProfile seen = profile_table(workers, opened.table, request);
        ++coverage.samples;
        if (seen.design.unit == SampleUnit::whole) {
            ++coverage.whole;
            CHECK(seen.rows == truth.rows);
            continue;
        }
        const std::int64_t rows = truth.rows->value;
        coverage.rows += seen.rows->lower <= rows && rows <= seen.rows->upper ? 1 : 0;
        const Share nulls = seen.columns.back().null_share.value();
        coverage.nulls += nulls.lower <= share && share <= nulls.upper ? 1 : 0;
    }
    return coverage;
}

/// 30,000 rows: one in ten clusters of three.
constexpr const char* sqlite_rows =
    "CREATE TABLE t(id INTEGER PRIMARY KEY, p INT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
    "SELECT i + 1 FROM n WHERE i < 30000) INSERT INTO t SELECT {}, CASE WHEN {} THEN NULL ELSE 1 "
    "END "
    "FROM n;";

constexpr const char* often = "abs(i * 2654435761 % 1000003) % 10 < 3";
constexpr const char* clustered = "i / 500 * 2654435761 % 1000003 % 10 < 3";

struct Shape {
    const char* name;
    const char* id;
    const char* is_null;
    const char* after;
};

} // namespace

TEST_CASE("intervals of samples of SQLite hold the truth wherever the rowids are") {
    const auto shape =
        GENERATE(Shape{"dense", "i", often, ""}, Shape{"clustered", "i", clustered, ""},
                 Shape{"periodic", "i", "i % 30 < 3", ""},
                 Shape{"a row far away", "i", often, "INSERT INTO t VALUES (1000000000000, 1)"},
                 Shape{"half after a gap", "CASE WHEN i < 15000 THEN i * 9 ELSE 1000000000 + i END",
                       "i < 15000", ""},
                 Shape{"far apart", "i * 1000", clustered, ""},
                 Shape{"islands", "i + i / 3000 * 1000000", clustered, ""},
                 Shape{"many deleted", "i", clustered,
                       "DELETE FROM t WHERE id % 1000 < 700 AND id < 15000"});
    INFO(shape.name);
    const TempDir folder;
    run_sqlite(folder.file("t.db"),
               fmt::format(fmt::runtime(sqlite_rows), shape.id, shape.is_null) + shape.after);
    Opened opened(sqlite_location(folder.file("t.db")));
    const Coverage coverage = cover(opened, 10, 100);
    INFO("rows " << coverage.rows << ", nulls " << coverage.nulls);
    CHECK(coverage.whole == 0);
    CHECK(coverage.rows >= 90);
    CHECK(coverage.nulls >= 90);
}

TEST_CASE("a table of SQLite whose rows hide in a corner, or that has few, is read whole") {
    // 2,000 rows far apart, and the others, close together, in a place of their own among them.
    const std::string corner =
        fmt::format(fmt::runtime(sqlite_rows), "i + 1000000000000000", "0") +
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
        "INSERT INTO t SELECT i * 1000000000000, 1 FROM n; ANALYZE;";
    const std::string empty = "CREATE TABLE t(id INTEGER PRIMARY KEY, p INT);";
    for (const std::string& sql : {corner, empty, empty + "INSERT INTO t VALUES (7, NULL);"}) {
        INFO(sql);
        const TempDir folder;
        run_sqlite(folder.file("t.db"), sql);
        Opened opened(sqlite_location(folder.file("t.db")));
        CHECK(cover(opened, 10, 5).whole == 5);
    }
}

namespace {

constexpr const char* postgres_rows =
    "INSERT INTO t SELECT i, repeat('x', 400), CASE WHEN {} THEN NULL ELSE 1 END "
    "FROM generate_series(1, 30000) i;{}; ANALYZE";
constexpr const char* plain = "CREATE TABLE t(id bigint, pad text, p int);";
constexpr const char* parted = "CREATE TABLE t(id bigint, pad text, p int) PARTITION BY RANGE (id);"
                               "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (15000);"
                               "CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (15000) TO (40000);";
constexpr const char* parted_finely =
    "CREATE TABLE t(id bigint, pad text, p int) PARTITION BY HASH (id);"
    "DO $$ BEGIN FOR i IN 0..39 LOOP EXECUTE format('CREATE TABLE t%s PARTITION OF t FOR VALUES "
    "WITH (MODULUS 40, REMAINDER %s)', i, i); END LOOP; END $$;";

struct ServerShape {
    const char* name;
    const char* create;
    const char* is_null;
    const char* after;
    SampleUnit unit;
};

} // namespace

TEST_CASE("intervals of samples of Postgres hold the truth however full the pages are",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const auto shape = GENERATE(
        ServerShape{"dense", plain, "i % 10 < 3", "", SampleUnit::clusters},
        ServerShape{"many deleted", plain, clustered,
                    "DELETE FROM t WHERE id % 1000 < 700 AND id < 15000", SampleUnit::clusters},
        ServerShape{"in two partitions", parted, clustered, "", SampleUnit::clusters},
        ServerShape{"in 40 partitions", parted_finely, clustered, "", SampleUnit::whole});
    INFO(shape.name);
    const PostgresDatabase database(
        shape.create + fmt::format(fmt::runtime(postgres_rows), shape.is_null, shape.after));
    Opened opened(postgres_location(database));
    Workers workers(*opened.session, 1);
    ProfileRequest quarter;
    quarter.sample_fraction = 0.25;
    const ScanRequest request = profile_scan(opened.table, quarter);
    CHECK(opened.session->sample_design(request).unit == shape.unit);
    const Coverage coverage = cover(opened, 4, 60);
    INFO("rows " << coverage.rows << ", nulls " << coverage.nulls);
    CHECK(coverage.whole == (shape.unit == SampleUnit::whole ? coverage.samples : 0));
    CHECK(coverage.rows + coverage.whole >= 54);
    CHECK(coverage.nulls + coverage.whole >= 54);
}
