// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/newest_rows.hpp"
#include "time_tables.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

constexpr Micros now = test_moment;

std::optional<Micros> newest_of(const TimeProfile& times) {
    const auto& [instant, naive] = std::pair(times.newest_instant, times.newest_naive);
    return instant && naive ? std::max(instant, naive) : instant ? instant : naive;
}

/// The newest one if those that are naive are of a zone so far ahead of UTC.
std::optional<Micros> newest_of(const TimeProfile& times, Micros ahead) {
    TimeProfile instants = times;
    if (instants.newest_naive) {
        *instants.newest_naive -= ahead;
    }
    return newest_of(instants);
}

void require_same(const MeasuredTimes& short_way, const MeasuredTimes& long_way) {
    RC_ASSERT(newest_of(short_way.times) == newest_of(long_way.times));
    RC_ASSERT(short_way.times.future_rows == long_way.times.future_rows);
    RC_ASSERT(short_way.times.nulls == long_way.times.nulls);
    RC_ASSERT(short_way.times.infinities == long_way.times.infinities);
    RC_ASSERT(short_way.times.unparsable <= long_way.times.unparsable);
    if (short_way.unparsable_known) {
        RC_ASSERT(short_way.times.unparsable == long_way.times.unparsable);
    }
    if (short_way.rows_known) {
        RC_ASSERT(short_way.times.rows == long_way.times.rows);
    }
}

/// A moment near `now`, or years away.
rc::Gen<Micros> moment() {
    return rc::gen::map(rc::gen::oneOf(rc::gen::inRange<std::int64_t>(-100, 100),
                                       rc::gen::inRange<std::int64_t>(-300'000, 300'000)),
                        [](std::int64_t hours) {
                            return now + hours * 3600 * micros_per_second +
                                   hours % 7 * micros_per_second;
                        });
}

/// A time, or something that is none, as SQLite files hold them.
rc::Gen<std::string> sqlite_cell() {
    return rc::gen::mapcat(moment(), [](Micros at) {
        const std::string text = format_timestamp(at);
        const std::int64_t seconds = at / micros_per_second;
        return rc::gen::element<std::string>(
            "'" + text + "'", "'" + text + "'", "'" + format_instant(at) + "'",
            "'" + text + "-15:59'", "'" + text + "+15:59'", "'" + text + "-03'",
            "'" + text.substr(0, 10) + "T" + text.substr(11) + "'", "'" + text.substr(0, 10) + "'",
            "'" + text.substr(0, 10) + " noon'", std::to_string(seconds),
            std::to_string(seconds) + ".5", std::to_string(seconds * 1000), std::to_string(at),
            std::to_string(at) + "000",
            fmt::format("{}", 2440587.5 + static_cast<double>(seconds) / 86400), "NULL", "NULL",
            "x'00'", "''", "'soon'", "'2024-13-45'", "'10000-01-01'", "17", "2460340", "9e999",
            "-5", "1e21");
    });
}

} // namespace

TEST_CASE("the end of an index says what a scan says, whatever SQLite holds") {
    rc::prop("for every declared type", [] {
        const auto cells = *rc::gen::container<std::vector<std::string>>(sqlite_cell());
        const std::string type =
            *rc::gen::element<std::string>("", "TIMESTAMP", "TEXT", "INTEGER", "REAL", "BLOB",
                                           "TEXT COLLATE NOCASE", "VARCHAR(30) COLLATE RTRIM");
        const TempDir folder;
        run_sqlite(folder.file("t.db"),
                   sqlite_table(type, cells, "CREATE INDEX i ON t (at COLLATE BINARY DESC, id)"));
        Opened opened(sqlite_location(folder.file("t.db")));
        const auto measured = find_newest(*opened.session, opened.source());
        RC_ASSERT(measured.index == "i");
        require_same(measured, read_all_times(*opened.session, opened.source()));
        const Micros ahead = *rc::gen::inRange(-12, 15) * micros_per_hour;
        TimeSource source = opened.source();
        source.limit.naive += ahead;
        RC_ASSERT(newest_of(find_newest(*opened.session, source).times, ahead) ==
                  newest_of(read_all_times(*opened.session, source).times, ahead));
    });
}

TEST_CASE("texts of one kind need no more than their last hours") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"),
               "CREATE TABLE t (at TEXT);"
               "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) "
               "INSERT INTO t SELECT datetime(1706659200 - i * 3600, 'unixepoch') FROM n;"
               "CREATE INDEX i ON t (at)");
    Opened opened(sqlite_location(folder.file("t.db")));
    const auto measured = find_newest(*opened.session, opened.source());
    CHECK(measured.times.newest_naive == now);
    CHECK_FALSE(measured.rows_known);
    CHECK_FALSE(measured.unparsable_known);
    CHECK(measured.times.rows <= 20);
}

TEST_CASE("an index is used only where it holds every row and leads with the column") {
    const auto index_of = [](const std::string& index) {
        const TempDir folder;
        run_sqlite(folder.file("t.db"), sqlite_table("TEXT", {"'2024-01-30'", "NULL"}, index));
        Opened opened(sqlite_location(folder.file("t.db")));
        const auto measured = find_newest(*opened.session, opened.source());
        CHECK(measured.times.nulls == 1);
        CHECK(newest_of(measured.times) == now - micros_per_day);
        return measured.index;
    };
    CHECK(index_of("CREATE INDEX i ON t (at)") == "i");
    CHECK(index_of("") == "");
    CHECK(index_of("CREATE INDEX i ON t (id, at)") == "");
    CHECK(index_of("CREATE INDEX i ON t (at) WHERE at IS NOT NULL") == "");
    CHECK(index_of("CREATE INDEX i ON t (date(at))") == "");
    CHECK(index_of("CREATE INDEX i ON t (at, id + 1)") == "");
    CHECK(index_of("CREATE INDEX i ON t (at COLLATE NOCASE)") == "");
}

TEST_CASE("a condition, or a limit beyond the years of dates, is for a scan") {
    const TempDir folder;
    run_sqlite(folder.file("t.db"),
               sqlite_table("TEXT", {"'2024-01-30'"}, "CREATE INDEX i ON t (at)"));
    Opened opened(sqlite_location(folder.file("t.db")));
    TimeSource source = opened.source();
    CHECK(newest_index(StoreKind::sqlite, source) != nullptr);
    source.where = "id > 0";
    CHECK(newest_index(StoreKind::sqlite, source) == nullptr);
    source.where.clear();
    source.limit = {300'000'000'000 * micros_per_second, 0};
    CHECK(newest_index(StoreKind::sqlite, source) == nullptr);
}

TEST_CASE("the end of an index says what a scan says in Postgres", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const std::string type = GENERATE("date", "timestamp", "timestamptz", "timestamp(0)");
    const PostgresDatabase database("CREATE TABLE t (at " + type +
                                    "); CREATE INDEX i ON t (at DESC NULLS LAST)");
    rc::prop("for " + type, [&] {
        const auto times = *rc::gen::container<std::vector<Micros>>(moment());
        std::string sql = "TRUNCATE t;";
        for (const Micros at : times) {
            sql += "INSERT INTO t VALUES ('" + format_timestamp(at) + "+00');";
        }
        for (const char* odd :
             {"NULL", "'infinity'", "'-infinity'", "'0044-03-15 BC'", "'9999-12-31'"}) {
            if (*rc::gen::arbitrary<bool>()) {
                sql += fmt::format("INSERT INTO t VALUES ({});", odd);
            }
        }
        database.execute(sql);
        Opened opened(postgres_location(database));
        const auto measured = find_newest(*opened.session, opened.source());
        RC_ASSERT(measured.index == "i");
        RC_ASSERT(measured.unparsable_known);
        require_same(measured, read_all_times(*opened.session, opened.source()));
    });
}
