// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
//
// Makes the table that the benchmarks read: rows of an imagined shop, the same ones on every
// machine, either as the input of COPY on stdout or as a SQLite file.
#include "command_line.hpp"
#include "orders.hpp"
#include "sqlite_file.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace assay::bench {
namespace {

constexpr const char* usage = R"(usage: make_orders ROWS [COLUMNS]
       make_orders ROWS [COLUMNS] --sqlite PATH
       make_orders --ddl postgres|sqlite [COLUMNS]

COLUMNS is 12 (the default) or 60. Without --sqlite the rows go to stdout as text for
COPY orders FROM STDIN.
)";

struct ColumnNames {
    std::string_view name;
    std::string_view postgres;
    std::string_view sqlite;
};
constexpr std::array<ColumnNames, 12> table_columns{{{"order_id", "bigint", "INTEGER"},
                                                     {"customer_id", "integer", "INTEGER"},
                                                     {"status", "text", "TEXT"},
                                                     {"email", "text", "TEXT"},
                                                     {"phone", "text", "TEXT"},
                                                     {"country", "text", "TEXT"},
                                                     {"amount", "numeric(12,2)", "DECIMAL(12,2)"},
                                                     {"discount", "double precision", "REAL"},
                                                     {"notes", "text", "TEXT"},
                                                     {"tracking", "uuid", "UUID"},
                                                     {"created_at", "timestamp", "TIMESTAMP"},
                                                     {"priority", "integer", "INTEGER"}}};

enum class Dialect : std::uint8_t { postgres, sqlite };

std::string ddl(Dialect dialect, std::uint64_t copies) {
    std::string sql = "CREATE TABLE orders (";
    for (std::uint64_t copy = 0; copy < copies; ++copy) {
        for (const ColumnNames& column : table_columns) {
            sql += sql.back() == '(' ? "\n    " : ",\n    ";
            sql += column.name;
            sql += copy == 0 ? "" : "_" + std::to_string(copy + 1);
            sql += ' ';
            sql += dialect == Dialect::postgres ? column.postgres : column.sqlite;
            sql += copy == 0 && &column == table_columns.data() ? " PRIMARY KEY" : "";
        }
    }
    return sql + "\n);\n";
}

void write_copy_row(const Order& order, Pen& pen) {
    pen.number(order.order_id);
    pen.character('\t');
    pen.number(order.customer_id);
    for (const std::string_view text :
         {order.status, order.email.view(), order.phone.view(), order.country}) {
        pen.character('\t');
        pen.text(text);
    }
    pen.character('\t');
    pen.number(order.amount_cents / 100);
    pen.character('.');
    pen.padded(static_cast<std::uint64_t>(order.amount_cents % 100), 2);
    pen.character('\t');
    pen.number(order.discount);
    for (const std::string_view text : {order.has_notes ? order.notes.view() : "\\N",
                                        order.tracking.view(), order.created_at.view()}) {
        pen.character('\t');
        pen.text(text);
    }
    pen.character('\t');
    pen.number(order.priority);
}

/// Text for COPY. None of our texts has a character that it wants escaped.
void write_copy(const Orders& orders, std::uint64_t rows, std::uint64_t copies) {
    constexpr std::size_t room_for_row = 8192;
    std::vector<char> buffer(1 << 20);
    Order order;
    Pen pen(buffer.data());
    const auto flush = [&] {
        const auto size = static_cast<std::size_t>(pen.at() - buffer.data());
        if (std::fwrite(buffer.data(), 1, size, stdout) != size) {
            throw std::runtime_error("cannot write to stdout");
        }
        pen = Pen(buffer.data());
    };
    for (std::uint64_t row = 1; row <= rows; ++row) {
        for (std::uint64_t copy = 0; copy < copies; ++copy) {
            orders.make(row, copy, order);
            write_copy_row(order, pen);
            pen.character(copy + 1 == copies ? '\n' : '\t');
        }
        if (pen.at() > buffer.data() + buffer.size() - room_for_row) {
            flush();
        }
    }
    flush();
    if (std::fflush(stdout) != 0) {
        throw std::runtime_error("cannot write to stdout");
    }
}

void bind(const Order& order, Binder& binder) {
    binder.integer(order.order_id);
    binder.integer(order.customer_id);
    binder.text(order.status);
    binder.text(order.email.view());
    binder.text(order.phone.view());
    binder.text(order.country);
    binder.real(static_cast<double>(order.amount_cents) / 100);
    binder.real(order.discount);
    if (order.has_notes) {
        binder.text(order.notes.view());
    } else {
        binder.null();
    }
    binder.text(order.tracking.view());
    binder.text(order.created_at.view());
    binder.integer(order.priority);
}

void write_sqlite(const Orders& orders, std::uint64_t rows, std::uint64_t copies,
                  const std::string& path) {
    const Database db = create(path);
    execute(db, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN");
    execute(db, ddl(Dialect::sqlite, copies));
    std::string insert = "INSERT INTO orders VALUES (?";
    for (std::uint64_t i = 1; i < copies * table_columns.size(); ++i) {
        insert += ",?";
    }
    const Statement statement = prepare(db, insert + ")");
    std::vector<Order> row_copies(copies); // they must outlive the step
    for (std::uint64_t row = 1; row <= rows; ++row) {
        Binder binder(statement);
        for (std::uint64_t copy = 0; copy < copies; ++copy) {
            orders.make(row, copy, row_copies[copy]);
            bind(row_copies[copy], binder);
        }
        insert_row(db, statement);
    }
    execute(db, "COMMIT");
}

/// What stands on the command line.
struct Call {
    std::optional<Dialect> ddl;
    std::optional<std::string> sqlite_path;
    std::optional<std::uint64_t> rows;
    std::uint64_t copies = 1;
};

Dialect parse_dialect(std::string_view text) {
    if (text == "postgres") {
        return Dialect::postgres;
    }
    if (text == "sqlite") {
        return Dialect::sqlite;
    }
    throw UsageError("no such dialect: '" + std::string(text) + "'");
}

Call parse(std::span<const char* const> arguments) {
    Call call;
    std::vector<std::uint64_t> numbers;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        if (argument != "--ddl" && argument != "--sqlite") {
            numbers.push_back(parse_number(argument));
            continue;
        }
        if (++i == arguments.size()) {
            throw UsageError(std::string(argument) + " needs a value");
        }
        if (argument == "--ddl") {
            call.ddl = parse_dialect(arguments[i]);
        } else {
            call.sqlite_path = arguments[i];
        }
    }
    if (!call.ddl) {
        if (numbers.empty()) {
            throw UsageError("how many rows?");
        }
        call.rows = numbers.front();
        numbers.erase(numbers.begin());
    }
    if (numbers.size() > 1) {
        throw UsageError("too many numbers");
    }
    if (!numbers.empty()) {
        if (numbers.front() != 12 && numbers.front() != 60) {
            throw UsageError("COLUMNS is 12 or 60");
        }
        call.copies = numbers.front() / 12;
    }
    return call;
}

void run(const Call& call) {
    if (call.ddl) {
        std::fputs(ddl(*call.ddl, call.copies).c_str(), stdout);
        return;
    }
    const Orders orders(*call.rows);
    if (call.sqlite_path) {
        write_sqlite(orders, *call.rows, call.copies, *call.sqlite_path);
    } else {
        write_copy(orders, *call.rows, call.copies);
    }
}

} // namespace
} // namespace assay::bench

int main(int argc, char** argv) {
    using namespace assay::bench; // NOLINT(google-build-using-namespace): this program is it
    try {
        run(parse(std::span<const char* const>(argv, static_cast<std::size_t>(argc)).subspan(1)));
        return 0;
    } catch (const UsageError& error) {
        std::fprintf(stderr, "make_orders: %s\n%s", error.what(), usage);
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "make_orders: %s\n", error.what());
        return 3;
    }
}
