// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
//
// The yardstick: how long it takes to get at every value of a table and do nothing with it.
// Nothing of assay is in here, so that both can be compared.
#include "sqlite_file.hpp"

#include <libpq-fe.h>
#include <sqlite3.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using assay::bench::Database;
using assay::bench::prepare;
using assay::bench::Statement;

constexpr const char* usage = R"(usage: bare_read sqlite PATH TABLE THREADS [COLUMN]
       bare_read postgres CONNINFO TABLE CONNECTIONS [COLUMN]

Reads every column of every row of the table, or one, in THREADS equal parts at the same time.
)";

struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What was read, so that reading it cannot be optimised away.
struct Volume {
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
};

/// From first up to and including last.
struct Range {
    std::int64_t first = 0;
    std::int64_t last = -1;
};

std::vector<Range> split(Range whole, std::int64_t parts) {
    const std::int64_t size = whole.last - whole.first + 1;
    std::vector<Range> ranges;
    for (std::int64_t i = 0; i < parts; ++i) {
        ranges.push_back(
            {whole.first + size * i / parts, whole.first + size * (i + 1) / parts - 1});
    }
    return ranges;
}

/// One thread for each range. The first error ends all of it.
Volume read_all(const std::vector<Range>& ranges, const std::function<Volume(Range)>& read) {
    std::vector<std::future<Volume>> parts;
    for (const Range range : ranges) {
        parts.push_back(std::async(std::launch::async, read, range));
    }
    Volume sum;
    for (auto& part : parts) {
        const Volume volume = part.get();
        sum.rows += volume.rows;
        sum.bytes += volume.bytes;
    }
    return sum;
}

std::string quoted(std::string_view name) {
    std::string result = "\"";
    for (const char c : name) {
        result.append(c == '"' ? 2 : 1, c);
    }
    return result + '"';
}

Database open(const std::string& path) {
    sqlite3* db = nullptr;
    const int status =
        sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nullptr);
    Database owner(db);
    if (status != SQLITE_OK) {
        throw std::runtime_error("cannot open " + path);
    }
    return owner;
}

/// Fetch a value as what it is stored as.
std::int64_t fetch(sqlite3_stmt* statement, int column) noexcept {
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return 8 + (sqlite3_column_int64(statement, column) & 1);
    case SQLITE_FLOAT: return sqlite3_column_double(statement, column) > 0 ? 8 : 9;
    case SQLITE_TEXT: {
        const unsigned char* const text = sqlite3_column_text(statement, column);
        return sqlite3_column_bytes(statement, column) + (text[0] & 1);
    }
    case SQLITE_BLOB: {
        const void* const blob = sqlite3_column_blob(statement, column);
        return sqlite3_column_bytes(statement, column) + (blob != nullptr ? 1 : 0);
    }
    default: return 0;
    }
}

/// @param columns as SQL
Volume read_sqlite(const std::string& path, const std::string& table, const std::string& columns,
                   Range range) {
    const Database db = open(path);
    const Statement statement = prepare(db, "SELECT " + columns + " FROM " + quoted(table) +
                                                " WHERE rowid BETWEEN ? AND ?");
    sqlite3_bind_int64(statement.get(), 1, range.first);
    sqlite3_bind_int64(statement.get(), 2, range.last);
    const int count = sqlite3_column_count(statement.get());
    Volume volume;
    int status = SQLITE_ROW;
    while ((status = sqlite3_step(statement.get())) == SQLITE_ROW) {
        ++volume.rows;
        for (int column = 0; column < count; ++column) {
            volume.bytes += fetch(statement.get(), column);
        }
    }
    if (status != SQLITE_DONE) {
        throw std::runtime_error(sqlite3_errmsg(db.get()));
    }
    return volume;
}

Volume read_sqlite(const std::string& path, const std::string& table, const std::string& columns,
                   std::int64_t threads) {
    const Database db = open(path);
    // Apart, because only alone each of them is a look at one end of the tree.
    const Statement ends = prepare(db, "SELECT (SELECT min(rowid) FROM " + quoted(table) +
                                           "), (SELECT max(rowid) FROM " + quoted(table) + ")");
    if (sqlite3_step(ends.get()) != SQLITE_ROW) {
        throw std::runtime_error(sqlite3_errmsg(db.get()));
    }
    const Range whole{sqlite3_column_int64(ends.get(), 0), sqlite3_column_int64(ends.get(), 1)};
    return read_all(split(whole, threads),
                    [&](Range range) { return read_sqlite(path, table, columns, range); });
}

struct ClosePostgres {
    void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
    void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, ClosePostgres>;
using Result = std::unique_ptr<PGresult, ClosePostgres>;

Connection connect(const std::string& conninfo) {
    Connection connection(PQconnectdb(conninfo.c_str()));
    if (PQstatus(connection.get()) != CONNECTION_OK) {
        throw std::runtime_error(PQerrorMessage(connection.get()));
    }
    return connection;
}

Result execute(const Connection& connection, const std::string& sql) {
    Result result(PQexec(connection.get(), sql.c_str()));
    switch (PQresultStatus(result.get())) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_COPY_OUT: return result;
    default: throw std::runtime_error(PQerrorMessage(connection.get()));
    }
}

std::string value_of(const Connection& connection, const std::string& sql) {
    const Result result = execute(connection, sql);
    if (PQntuples(result.get()) != 1) {
        throw std::runtime_error("no answer to: " + sql);
    }
    return PQgetvalue(result.get(), 0, 0);
}

std::int64_t parse_number(std::string_view text) {
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end) {
        throw std::runtime_error("not a number: '" + std::string(text) + "'");
    }
    return value;
}

constexpr const char* begin_snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// @param columns as SQL
/// @param snapshot a name that pg_export_snapshot() gave
/// @param pages of the table's file
Volume read_postgres(const std::string& conninfo, const std::string& table,
                     const std::string& columns, const std::string& snapshot, Range pages) {
    const Connection connection = connect(conninfo);
    execute(connection, begin_snapshot);
    execute(connection, "SET TRANSACTION SNAPSHOT '" + snapshot + "'");
    execute(connection, "COPY (SELECT " + columns + " FROM " + quoted(table) + " WHERE ctid >= '(" +
                            std::to_string(pages.first) + ",0)' AND ctid < '(" +
                            std::to_string(pages.last + 1) + ",0)') TO STDOUT (FORMAT binary)");
    Volume volume;
    char* data = nullptr;
    int size = 0;
    while ((size = PQgetCopyData(connection.get(), &data, 0)) > 0) {
        volume.bytes += size;
        PQfreemem(data);
    }
    const Result result(PQgetResult(connection.get()));
    if (size != -1 || PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
        throw std::runtime_error(PQerrorMessage(connection.get()));
    }
    volume.rows = parse_number(PQcmdTuples(result.get()));
    return volume;
}

Volume read_postgres(const std::string& conninfo, const std::string& table,
                     const std::string& columns, std::int64_t connections) {
    const Connection leader = connect(conninfo);
    execute(leader, begin_snapshot);
    const std::string snapshot = value_of(leader, "SELECT pg_export_snapshot()");
    const std::int64_t pages =
        parse_number(value_of(leader, "SELECT pg_relation_size('" + quoted(table) +
                                          "') / current_setting('block_size')::bigint"));
    return read_all(split({0, pages - 1}, connections), [&](Range range) {
        return read_postgres(conninfo, table, columns, snapshot, range);
    });
}

Volume run(std::span<const char* const> arguments) {
    if (arguments.size() != 4 && arguments.size() != 5) {
        throw UsageError("four or five arguments, please");
    }
    const std::string_view store = arguments[0];
    const std::int64_t parts = parse_number(arguments[3]);
    if (parts < 1 || parts > 64) {
        throw UsageError("1 to 64 at the same time");
    }
    const std::string columns = arguments.size() == 5 ? quoted(arguments[4]) : "*";
    if (store == "sqlite") {
        return read_sqlite(arguments[1], arguments[2], columns, parts);
    }
    if (store == "postgres") {
        return read_postgres(arguments[1], arguments[2], columns, parts);
    }
    throw UsageError("no such store: '" + std::string(store) + "'");
}

} // namespace

int main(int argc, char** argv) {
    try {
        const Volume volume =
            run(std::span<const char* const>(argv, static_cast<std::size_t>(argc)).subspan(1));
        std::printf("%lld rows, %lld bytes\n", static_cast<long long>(volume.rows),
                    static_cast<long long>(volume.bytes));
        return 0;
    } catch (const UsageError& error) {
        std::fprintf(stderr, "bare_read: %s\n%s", error.what(), usage);
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bare_read: %s\n", error.what());
        return 3;
    }
}
