// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/lag_times.hpp"
#include "time_tables.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

LagRules rules() {
    LagRules rules;
    rules.limit = {test_moment, test_moment};
    rules.now = test_moment;
    rules.max_lag = 3600 * micros_per_second;
    return rules;
}

LagProfile read(const Opened& opened, const std::string& where = {}) {
    return read_lags(*opened.session,
                     {&opened.table, *opened.table.find_column("at"),
                      *opened.table.find_column("loaded"), where},
                     rules());
}

std::vector<std::int64_t> numbers_of(const LagProfile& profile) {
    std::vector<std::int64_t> numbers{profile.rows,
                                      profile.null_events,
                                      profile.null_arrivals,
                                      profile.future_arrivals,
                                      profile.negative,
                                      profile.all.late,
                                      profile.all.longest.value_or(-1),
                                      profile.all.lags.count()};
    for (const auto& step : profile.completeness) {
        numbers.push_back(step.arrived);
    }
    return numbers;
}

/// Inserts of events and their arrivals, some of them missing.
std::string inserts(const std::vector<std::pair<Micros, std::int64_t>>& rows) {
    std::string sql;
    for (const auto& [event, lag] : rows) {
        const std::string arrival =
            lag % 7 == 0 ? "NULL" : sqlite_time(event + lag * micros_per_second, 0);
        sql += "INSERT INTO t VALUES (" + sqlite_time(event, 0) + ", " + arrival + ");";
    }
    return sql;
}

} // namespace

TEST_CASE("lags are the same in both stores", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const PostgresDatabase postgres("CREATE TABLE t (at timestamp, loaded timestamp)");
    rc::prop("for any rows", [&postgres] {
        const auto lag = rc::gen::inRange<std::int64_t>(-5000, 90'000);
        const std::string sql =
            inserts(*rc::gen::container<std::vector<std::pair<Micros, std::int64_t>>>(
                rc::gen::pair(recent_moment(), lag)));
        const TempDir folder;
        run_sqlite(folder.file("t.db"), "CREATE TABLE t (at TIMESTAMP, loaded TIMESTAMP);" + sql);
        postgres.execute("TRUNCATE t;" + sql);
        const Opened file(sqlite_location(folder.file("t.db")));
        const Opened server(postgres_location(postgres));
        const LagProfile a = read(file);
        const LagProfile b = read(server);
        RC_ASSERT(numbers_of(a) == numbers_of(b));
        RC_ASSERT(a.all.lags.quantile(0.9) == b.all.lags.quantile(0.9));
    });
}

TEST_CASE("lags of SQLite are read in any encoding, and what is no time is counted") {
    const TempDir folder;
    const Micros event = test_moment - micros_per_day;
    std::string sql = "CREATE TABLE t (at, loaded);";
    for (int encoding = 0; encoding < 5; ++encoding) {
        sql += "INSERT INTO t VALUES (" + sqlite_time(event, encoding) + ", " +
               sqlite_time(event + 60 * micros_per_second, (encoding + 1) % 5) + ");";
    }
    sql += "INSERT INTO t VALUES ('soon', '2024-01-01'), (x'00', NULL), ('', '2024-01-01');";
    run_sqlite(folder.file("t.db"), sql);
    const Opened opened(sqlite_location(folder.file("t.db")));
    const LagProfile profile = read(opened);
    CHECK(profile.rows == 8);
    CHECK(profile.unusable == 2);
    CHECK(profile.null_arrivals == 1);
    CHECK(profile.all.lags.count() == 5);
    CHECK(profile.all.longest == 60 * micros_per_second);
    CHECK(read(opened, "typeof(at) = 'text'").all.lags.count() == 1);
}
