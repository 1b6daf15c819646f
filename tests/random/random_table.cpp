// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "random_table.hpp"

#include "real/plain_sql.hpp"

#include <fmt/format.h>
#include <rapidcheck.h>

namespace assay::test {
namespace {

using Literals = std::vector<std::string>;

std::string hex(const std::string& bytes) {
    std::string digits;
    for (const char byte : bytes) {
        digits += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    }
    return digits;
}

const Literals& odd_integers() {
    static const Literals literals{"0",
                                   "1",
                                   "-1",
                                   "42",
                                   "9223372036854775807",
                                   "9223372036854775806",
                                   "-9223372036854775808",
                                   "9007199254740993",
                                   "9007199254740992",
                                   "-2147483648"};
    return literals;
}

const Literals& odd_reals() {
    static const Literals literals{"0.0",
                                   "-0.0",
                                   "0.1",
                                   "1.0",
                                   "-1.5",
                                   "9007199254740992.0",
                                   "9007199254740994.0",
                                   "9.2233720368547758e18",
                                   "1e300",
                                   "-1e300",
                                   "1.7976931348623157e308",
                                   "2.2250738585072014e-308",
                                   "4.9406564584124654e-324"};
    return literals;
}

/// Texts that hold no NUL byte and are valid UTF-8.
const std::vector<std::string>& odd_texts() {
    static const std::vector<std::string> texts{"",
                                                " ",
                                                "\t\u3000\u00a0",
                                                "abc",
                                                "Abc",
                                                "abc ",
                                                "12",
                                                "12.50",
                                                "NULL",
                                                "it's \"quoted\"",
                                                "\u00e9t\u00e9",
                                                "e\u0301",
                                                "\u65e5\u672c",
                                                "\U0001F600 x",
                                                "2024-01-31",
                                                "2024-02-30",
                                                "2024-01-31 12:00:00",
                                                "10:11:12",
                                                std::string(300, 'y'),
                                                std::string(299, 'y') + "z"};
    return texts;
}

const std::vector<std::string>& odd_bytes() {
    using namespace std::string_literals;
    static const std::vector<std::string> bytes{"\0"s,       "a\0b"s, "\xff"s,         "\xc3"s,
                                                "\xc3\x28"s, "abc"s,  "\xed\xa0\x80"s, "x\xf0\x9f"s,
                                                ""s,         " \xff"s};
    return bytes;
}

std::string whole(int limit) { return std::to_string(*rc::gen::inRange(-limit, limit)); }

std::string eighths() { return fmt::format("{:.3f}", *rc::gen::inRange(-80'000, 80'000) / 8.0); }

std::string cents() {
    const int cents = *rc::gen::inRange(-50'000, 50'000);
    return fmt::format("{}{}.{:02}", cents < 0 ? "-" : "", std::abs(cents) / 100,
                       std::abs(cents) % 100);
}

std::string word() {
    const std::string letters = "abcXYZ 019-@.";
    std::string text;
    for (int i = *rc::gen::inRange(0, 8); i > 0; --i) {
        text += *rc::gen::elementOf(letters);
    }
    return text;
}

bool one_in(int count) { return *rc::gen::inRange(0, count) == 0; }

std::string pick(const Literals& literals) { return *rc::gen::elementOf(literals); }

// ---- SQLite ----

std::string sqlite_integer() { return one_in(2) ? pick(odd_integers()) : whole(50); }

std::string sqlite_real() {
    static const Literals infinite{"9e999", "-9e999"};
    return one_in(12) ? pick(infinite) : one_in(2) ? pick(odd_reals()) : eighths();
}

std::string sqlite_text() {
    const std::string bytes = one_in(4)   ? *rc::gen::elementOf(odd_bytes())
                              : one_in(2) ? *rc::gen::elementOf(odd_texts())
                                          : word();
    return "CAST(x'" + hex(bytes) + "' AS TEXT)";
}

std::string sqlite_blob() {
    return "x'" + hex(one_in(2) ? *rc::gen::elementOf(odd_bytes()) : word()) + "'";
}

std::string sqlite_value(const std::string& type) {
    if (type == "INTEGER" || type == "INT" || type == "BOOLEAN") {
        return type == "BOOLEAN" ? std::to_string(*rc::gen::inRange(0, 2)) : sqlite_integer();
    }
    if (type == "REAL" || type == "NUMERIC(10, 2)") {
        return sqlite_real();
    }
    return type == "BLOB" ? sqlite_blob() : sqlite_text();
}

std::string any_sqlite_value() {
    switch (*rc::gen::inRange(0, 4)) {
    case 0: return sqlite_integer();
    case 1: return sqlite_real();
    case 2: return sqlite_text();
    default: return sqlite_blob();
    }
}

Literals sqlite_pool(const RandomTable::Column& column) {
    Literals pool;
    const bool mixed = !column.strict && one_in(2);
    for (int i = *rc::gen::inRange(1, 15); i > 0; --i) {
        pool.push_back(mixed ? any_sqlite_value() : sqlite_value(column.declaration));
    }
    return pool;
}

// ---- Postgres ----

/// A type and literals of it, all in quotes.
struct PostgresType {
    std::string name;
    Literals odd;
    std::string (*usual)(); ///< nullptr: there is none
};

const std::vector<PostgresType>& postgres_types() {
    static const std::vector<PostgresType> types{
        {"boolean", {"true", "false"}, nullptr},
        {"smallint", {"32767", "-32768", "0"}, [] { return whole(100); }},
        {"integer", {"2147483647", "-2147483648", "0"}, [] { return whole(100); }},
        {"bigint", odd_integers(), [] { return whole(100); }},
        {"real", {"NaN", "Infinity", "-Infinity", "0.15", "-0", "3.4028235e38", "1e-45"}, eighths},
        {"double precision",
         {"NaN", "Infinity", "-Infinity", "-0", "0.1", "1e300", "5e-324"},
         eighths},
        {"double precision", odd_reals(), eighths},
        {"numeric",
         {"NaN", "Infinity", "-Infinity", "0", "0.00", "1.1", "1.10", "9007199254740993",
          "123456789012345678901234567890.123456789", "1e-20", "-1e30"},
         cents},
        {"numeric", {"1e1000", "-1e1000", "1e-400", "3"}, cents},
        {"numeric(10,2)", {"NaN", "99999999.99", "-0.01"}, cents},
        {"text", odd_texts(), word},
        {"varchar(310)", odd_texts(), word},
        {"bytea", {"\\x", "\\x00", "\\xff00", "\\x616263"}, nullptr},
        {"uuid",
         {"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
          "A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11"},
         nullptr},
        {"date",
         {"infinity", "-infinity", "4713-01-01 BC", "5874897-12-31", "1970-01-01", "2024-02-29"},
         nullptr},
        {"time", {"00:00:00", "24:00:00", "12:34:56.789012"}, nullptr},
        // The last 30 years of a timestamp are told apart no more: see decode_timestamp().
        {"timestamp",
         {"infinity", "-infinity", "294246-12-31 23:59:59.999999", "4713-01-01 BC",
          "1969-12-31 23:59:59.999999", "2024-01-31 12:00:00"},
         nullptr},
        {"timestamptz", {"infinity", "2024-01-31 12:00:00+05", "0001-01-01 00:00:00+00"}, nullptr},
        {"interval", {"1 day", "24 hours", "-3 mons 4 days", "0"}, nullptr},
        {"jsonb", {"{}", "[1, 2]", "null", "\"\u00e9\"", "{\"a\": {\"b\": [true]}}"}, nullptr},
        {"json", {"{}", "{ }", "[1]", "\"x\""}, nullptr},
        {"inet", {"10.0.0.1", "10.0.0.0/8", "::1"}, nullptr},
        {"integer[]", {"{}", "{1,NULL,3}", "{{1},{2}}"}, nullptr},
        {"timetz", {"12:00:00+00", "12:00:00+05:30"}, nullptr},
        {"point", {"(1,2)", "(NaN,0)"}, nullptr},
    };
    return types;
}

Literals postgres_pool(const PostgresType& type) {
    Literals pool;
    for (int i = *rc::gen::inRange(1, 15); i > 0; --i) {
        const bool usual = type.usual != nullptr && one_in(2);
        pool.push_back(literal(usual ? type.usual() : pick(type.odd)));
    }
    return pool;
}

// ---- both ----

void fill(RandomTable& table, const std::vector<Literals>& pools) {
    const int rows = one_in(8) ? *rc::gen::inRange(0, 2) : *rc::gen::inRange(2, 60);
    const int nulls = *rc::gen::inRange(1, 8);
    for (int row = 0; row < rows; ++row) {
        auto& literals = table.rows.emplace_back();
        for (const auto& pool : pools) {
            literals.push_back(one_in(nulls + 1) ? "NULL" : pick(pool));
        }
    }
}

RandomTable a_sqlite_table() {
    static const Literals loose{"INTEGER", "REAL",      "NUMERIC(10, 2)", "TEXT", "BLOB", "BOOLEAN",
                                "DATE",    "TIMESTAMP", "CHAR(10)",       "",     "JSON", "TIME",
                                "UUID"};
    static const Literals strict{"INT", "REAL", "TEXT", "BLOB"};
    RandomTable table;
    const bool is_strict = one_in(4);
    std::vector<Literals> pools;
    for (int i = *rc::gen::inRange(1, 6); i > 0; --i) {
        table.columns.push_back({pick(is_strict ? strict : loose), is_strict});
        pools.push_back(sqlite_pool(table.columns.back()));
    }
    table.options = is_strict ? " STRICT" : "";
    fill(table, pools);
    return table;
}

RandomTable a_postgres_table() {
    RandomTable table;
    std::vector<Literals> pools;
    for (int i = *rc::gen::inRange(1, 6); i > 0; --i) {
        const auto& types = postgres_types();
        const PostgresType& type = types[*rc::gen::inRange<std::size_t>(0, types.size())];
        table.columns.push_back({type.name, true});
        pools.push_back(postgres_pool(type));
    }
    table.options = " WITH (fillfactor = 10)"; // a few rows fill a page
    fill(table, pools);
    return table;
}

} // namespace

RandomTable a_random_table(StoreKind kind) {
    return kind == StoreKind::sqlite ? a_sqlite_table() : a_postgres_table();
}

std::string sql_of(const RandomTable& table) {
    std::string sql = "CREATE TABLE t (id INTEGER PRIMARY KEY";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        sql += fmt::format(", c{} {}", i, table.columns[i].declaration);
    }
    sql += ")" + table.options + ";\n";
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        sql += fmt::format("INSERT INTO t VALUES ({}, {});\n", (static_cast<int>(row) - 20) * 1000,
                           fmt::join(table.rows[row], ", "));
    }
    return sql;
}

} // namespace assay::test
