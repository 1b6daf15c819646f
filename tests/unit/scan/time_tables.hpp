// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/newest_rows.hpp"
#include "postgres_database.hpp"
#include "sqlite_file.hpp"
#include "temp_dir.hpp"

#include <rapidcheck.h>

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace assay::test {

/// 2024-01-31T00:00:00Z
inline constexpr Micros test_moment = 1'706'659'200 * micros_per_second;

/// A session on one table "t" with the time column "at".
struct Opened {
    SilentObserver observer;
    Cancellation cancellation;
    std::unique_ptr<Session> session;
    TableSchema table;

    explicit Opened(const Location& location) {
        SessionOptions options;
        options.observer = &observer;
        options.cancellation = &cancellation;
        session = open_session(location, options);
        table = session->catalog().tables.at(0);
    }
    TimeSource source() const {
        return {&table, *table.find_column("at"), {test_moment, test_moment}};
    }
};

inline Location sqlite_location(const std::string& path) {
    Location location;
    location.kind = StoreKind::sqlite;
    location.target = path;
    return location;
}

inline Location postgres_location(const PostgresDatabase& database) {
    Location location;
    location.kind = StoreKind::postgresql;
    location.target = database.conninfo();
    return location;
}

inline std::string sqlite_table(const std::string& type, const std::vector<std::string>& cells,
                                const std::string& index) {
    std::string sql = "CREATE TABLE t (id INTEGER PRIMARY KEY, at " + type + ");";
    for (const auto& cell : cells) {
        sql += "INSERT INTO t (at) VALUES (" + cell + ");";
    }
    return sql + index;
}

/// Up to 20 days before test_moment or after it, to the second.
inline rc::Gen<Micros> recent_moment() {
    return rc::gen::map(
        rc::gen::oneOf(rc::gen::inRange<std::int64_t>(-20 * 86'400, 86'400),
                       rc::gen::inRange<std::int64_t>(-600, 600)),
        [](std::int64_t seconds) { return test_moment + seconds * micros_per_second; });
}

/// A time as a SQLite file may hold it: text, or seconds, milliseconds, microseconds, nanoseconds.
inline std::string sqlite_time(Micros at, int encoding) {
    switch (encoding) {
    case 1: return std::to_string(at / micros_per_second);
    case 2: return std::to_string(at / 1000);
    case 3: return std::to_string(at);
    case 4: return std::to_string(at) + "000";
    default: return "'" + format_timestamp(at) + "'";
    }
}

} // namespace assay::test
