// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff.hpp"
#include "postgres_database.hpp"
#include "unit/command/command_world.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

/// What a peer takes for one value, and forms of text that only look alike.
constexpr std::array texts{"",   "<null>",   "a|b",       "b|c",         "a",
                           "A",  " a ",      "1",         "1.0",         "'; DROP TABLE",
                           "\n", "\xC3\xA4", "a\xCC\x88", "\xE6\x97\xA5"};

/// A row by the definition of equality: numbers in hundredths, texts by their bytes.
struct Row {
    int id = 0;
    std::optional<std::string> tag;
    std::optional<int> amount;
    std::optional<std::string> name;
    std::optional<int> at; ///< milliseconds
    friend auto operator<=>(const Row&, const Row&) = default;
    friend bool operator==(const Row&, const Row&) = default;
};
using Rows = std::vector<Row>;
using Key = std::pair<int, std::optional<std::string>>;

/// How rows are named, and how far apart they may be.
struct Setup {
    int columns_of_key = 1; ///< id is unique; id and tag, which is not; none
    int step = 1;           ///< between keys: far apart, they are compared by segments
    int amount = 0;         ///< tolerance in hundredths
    int at = 0;             ///< in milliseconds
    bool is_renamed = false;
    bool has_zone = false; ///< times are moments, each written with an offset of its own
};

template <typename Make>
auto maybe(const Make& make) -> std::optional<decltype(make())> {
    return *rc::gen::inRange(0, 6) == 0 ? std::nullopt : std::optional(make());
}

std::string a_text() { return texts.at(*rc::gen::inRange<std::size_t>(0, texts.size())); }

Row a_row(int id) {
    return {id, maybe(a_text), maybe([] { return *rc::gen::inRange(-5, 200); }), maybe(a_text),
            maybe([] { return *rc::gen::inRange(0, 10); })};
}

Rows a_table(const Setup& setup) {
    const int count = *rc::gen::inRange(0, 40);
    Rows rows;
    for (int i = 0; i < count; ++i) {
        const int id = setup.columns_of_key == 1 ? i + 1 : *rc::gen::inRange(0, 8);
        rows.push_back(a_row(id * setup.step));
    }
    return rows;
}

/// The other side: some rows gone, some new ones, some cells a little different.
Rows disturbed(Rows rows, const Setup& setup) {
    const int steps = *rc::gen::inRange(0, 10);
    for (int i = 0; i < steps && !rows.empty(); ++i) {
        const auto at = *rc::gen::inRange<std::size_t>(0, rows.size());
        Row& row = rows[at];
        switch (*rc::gen::inRange(0, 6)) {
        case 0: rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(at)); break;
        case 1: row.name = maybe(a_text); break;
        case 2: row.amount = row.amount.value_or(0) + *rc::gen::inRange(-3, 4); break;
        case 3: row.at = row.at.value_or(0) + *rc::gen::inRange(-3, 4); break;
        case 4: row.tag = maybe(a_text); break;
        default:
            if (setup.columns_of_key != 1) {
                rows.push_back(Row(row));
            }
        }
    }
    if (*rc::gen::arbitrary<bool>()) {
        rows.push_back(a_row(100 * setup.step));
    }
    std::reverse(rows.begin(), rows.end());
    return rows;
}

std::string literal(const std::optional<std::string>& text) {
    if (!text) {
        return "NULL";
    }
    std::string quoted = "'";
    for (const char c : *text) {
        quoted += c == '\'' ? "''" : std::string(1, c);
    }
    return quoted + "'";
}

/// Half a second after the Epoch, and what the row says; in any of three zones if it has one.
std::string time_text(int milliseconds, const Setup& setup) {
    constexpr std::array zones{std::pair(0, "Z"), std::pair(2, "+02:00"), std::pair(9, "+09")};
    const auto [hours, zone] =
        zones.at(setup.has_zone ? *rc::gen::inRange<std::size_t>(0, zones.size()) : 0);
    return fmt::format("1970-01-01 {:02}:00:01.{}{}", hours, 500 + milliseconds,
                       setup.has_zone ? zone : "");
}

/// The statements that make a table; {} stands for two types.
struct TableSql {
    std::string name;
    std::string columns;
    std::string rows;

    std::string create(std::string_view number, std::string_view time) const {
        return fmt::format("CREATE TABLE {}({});{}", name,
                           fmt::format(fmt::runtime(columns), number, time), rows);
    }
};

/// Where one of the two tables of each pair is.
class Side {
public:
    virtual ~Side() = default;
    /// Put these tables there, and no others.
    virtual void make(const std::vector<TableSql>& tables, const Setup& setup) = 0;
    virtual std::string database() const = 0;
};

class SqliteSide final : public Side {
public:
    void make(const std::vector<TableSql>& tables, const Setup& setup) override {
        m_path = m_folder.file(fmt::format("{}.db", ++m_count));
        std::string sql = "PRAGMA synchronous = OFF; BEGIN;";
        for (const TableSql& table : tables) {
            sql += table.create("REAL", setup.has_zone ? "TIMESTAMPTZ" : "TIMESTAMP");
        }
        run_sqlite(m_path, sql + "COMMIT;");
    }
    std::string database() const override { return m_path; }

private:
    TempDir m_folder;
    std::string m_path;
    int m_count = 0;
};

class PostgresSide final : public Side {
public:
    void make(const std::vector<TableSql>& tables, const Setup& setup) override {
        std::string sql = "BEGIN;";
        for (const TableSql& table : tables) {
            const auto* number = *rc::gen::element("numeric(12,2)", "double precision");
            sql += "DROP TABLE IF EXISTS " + table.name + ";" +
                   table.create(number, setup.has_zone ? "timestamptz" : "timestamp");
        }
        m_client.execute(sql + "COMMIT;");
    }
    std::string database() const override { return m_database.conninfo(); }

private:
    PostgresDatabase m_database;
    PostgresClient m_client{m_database.conninfo()};
};

TableSql table_sql(const std::string& name, const Rows& rows, const Setup& setup,
                   const std::string& amount) {
    TableSql table{name,
                   "id INTEGER" + std::string(setup.columns_of_key == 1 ? " PRIMARY KEY" : "") +
                       ", tag TEXT, " + amount + " {}, name TEXT, at {}",
                   ""};
    for (const Row& row : rows) {
        const auto at = row.at ? std::optional(time_text(*row.at, setup)) : std::nullopt;
        table.rows += "INSERT INTO " + name + " VALUES(" + std::to_string(row.id) + "," +
                      literal(row.tag) + "," +
                      (row.amount ? std::to_string(*row.amount) + " / 100.0" : "NULL") + "," +
                      literal(row.name) + "," + literal(at) + ");";
    }
    return table;
}

template <typename T>
bool same(const std::optional<T>& a, const std::optional<T>& b, int apart) {
    if constexpr (std::is_same_v<T, int>) {
        return a && b ? std::abs(*a - *b) <= apart : a == b;
    } else {
        return a == b;
    }
}

struct Counts {
    std::int64_t only_a = 0, only_b = 0, changed = 0, unchanged = 0;
    std::map<std::string, std::int64_t> cells; ///< only where the key is unique
    friend bool operator==(const Counts&, const Counts&) = default;
};

/// Count the rows of one key on both sides.
void count(Rows a, Rows b, const Setup& setup, Counts& counts) {
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    if (setup.columns_of_key == 1 && a.size() == 1 && b.size() == 1) {
        const Row& x = a.front();
        const Row& y = b.front();
        const std::map<std::string, bool> cells{{"tag", same(x.tag, y.tag, 0)},
                                                {"amount", same(x.amount, y.amount, setup.amount)},
                                                {"name", same(x.name, y.name, 0)},
                                                {"at", same(x.at, y.at, setup.at)}};
        bool is_same = true;
        for (const auto& [name, equal] : cells) {
            is_same = is_same && equal;
            if (!equal) {
                ++counts.cells[name];
            }
        }
        ++(is_same ? counts.unchanged : counts.changed);
        return;
    }
    Rows equal;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(equal));
    const auto rest_a = static_cast<std::int64_t>(a.size() - equal.size());
    const auto rest_b = static_cast<std::int64_t>(b.size() - equal.size());
    const auto changed = setup.columns_of_key == 0 ? 0 : std::min(rest_a, rest_b);
    counts.unchanged += static_cast<std::int64_t>(equal.size());
    counts.changed += changed;
    counts.only_a += rest_a - changed;
    counts.only_b += rest_b - changed;
}

Counts by_definition(const Rows& a, const Rows& b, const Setup& setup) {
    std::map<Key, std::pair<Rows, Rows>> groups;
    const auto key_of = [&](const Row& row) {
        return setup.columns_of_key == 0   ? Key{}
               : setup.columns_of_key == 1 ? Key{row.id, std::nullopt}
                                           : Key{row.id, row.tag};
    };
    for (const Row& row : a) {
        groups[key_of(row)].first.push_back(row);
    }
    for (const Row& row : b) {
        groups[key_of(row)].second.push_back(row);
    }
    Counts counts;
    for (const auto& [key, sides] : groups) {
        count(sides.first, sides.second, setup, counts);
    }
    return counts;
}

VolumeDiffOptions options_of(const Side& a, const Side& b, const Setup& setup) {
    VolumeDiffOptions options;
    options.common = common_options("volume-diff");
    options.common.tables = {"t*"};
    options.database_a = a.database();
    options.database_b = b.database();
    options.by = DiffBy::rows;
    if (setup.columns_of_key == 2) {
        options.key = {"id", "tag"};
    }
    if (setup.is_renamed) {
        options.map.push_back({"amount", "total"});
    }
    if (setup.amount > 0) {
        options.tolerances.push_back({"amount", "", {"0.0" + std::to_string(setup.amount), 0}});
    }
    if (setup.at > 0) {
        options.tolerances.push_back({"at", "", {"", setup.at * Micros{1000}}});
    }
    return options;
}

struct Pair {
    std::string name;
    Rows a;
    Rows b;
};

Counts by_program(const Document& document, const Pair& pair, const Setup& setup) {
    const auto is_meant = [&](const CheckResult& check) {
        return check.id == "volume.rows" && check.table.ends_with("." + pair.name);
    };
    const auto found = std::find_if(document.checks.begin(), document.checks.end(), is_meant);
    RC_ASSERT((found != document.checks.end()));
    const CheckResult& check = *found;
    Counts counts{number(check, "only_a"),
                  number(check, "only_b"),
                  number(check, "changed"),
                  number(check, "unchanged"),
                  {}};
    RC_ASSERT(number(check, "rows_a") == static_cast<std::int64_t>(pair.a.size()));
    RC_ASSERT(number(check, "rows_b") == static_cast<std::int64_t>(pair.b.size()));
    if (setup.columns_of_key == 1) {
        const Fact* cells = find_fact(check.evidence, "changed_cells");
        for (const auto& [name, cell] : std::get<Facts>(cells->value)) {
            counts.cells[name] = std::get<std::int64_t>(cell.value);
        }
    }
    const bool differs = counts.only_a + counts.only_b + counts.changed > 0;
    RC_ASSERT((check.status == Status::fail) == differs);
    return counts;
}

Setup a_setup() {
    Setup setup;
    setup.columns_of_key = *rc::gen::inRange(0, 3);
    setup.step = *rc::gen::element(1, 1000);
    setup.is_renamed = *rc::gen::arbitrary<bool>();
    setup.has_zone = *rc::gen::arbitrary<bool>();
    if (setup.columns_of_key == 1) {
        setup.amount = *rc::gen::inRange(0, 4);
        setup.at = *rc::gen::inRange(0, 4);
    }
    return setup;
}

/// Compare so many pairs of tables in one run.
void compare_random_pairs(Side& first, Side& second, int count) {
    const Setup setup = a_setup();
    std::vector<Pair> pairs;
    std::vector<TableSql> tables_a;
    std::vector<TableSql> tables_b;
    for (int i = 0; i < count; ++i) {
        const Rows a = a_table(setup);
        const Pair& pair = pairs.emplace_back(Pair{fmt::format("t{}", i), a, disturbed(a, setup)});
        tables_a.push_back(table_sql(pair.name, pair.a, setup, "amount"));
        tables_b.push_back(
            table_sql(pair.name, pair.b, setup, setup.is_renamed ? "total" : "amount"));
    }
    first.make(tables_a, setup);
    second.make(tables_b, setup);
    World world;
    const Document document = volume_diff(options_of(first, second, setup), world.context());
    RC_ASSERT(document.errors.empty());
    bool differs = false;
    for (const Pair& pair : pairs) {
        const Counts counts = by_program(document, pair, setup);
        RC_ASSERT(counts == by_definition(pair.a, pair.b, setup));
        differs = differs || counts.only_a + counts.only_b + counts.changed > 0;
    }
    RC_ASSERT((exit_status(document, FailOn::critical) == ExitStatus::findings) == differs);
}

/// Of a run between servers most of the time is for connections and catalogs: with a hundred runs,
/// as RapidCheck makes them, these are a thousand pairs.
constexpr int pairs_of_servers = 10;

} // namespace

TEST_CASE("two tables of SQLite differ as comparing row by row says") {
    SqliteSide a;
    SqliteSide b;
    rc::prop("whatever the key, the values, the names, the zones and the tolerances",
             [&] { compare_random_pairs(a, b, 1); });
}

TEST_CASE("two tables of Postgres differ as comparing row by row says", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    PostgresSide a;
    PostgresSide b;
    rc::prop("whatever the key, the values, the names, the zones and the tolerances",
             [&] { compare_random_pairs(a, b, pairs_of_servers); });
}

TEST_CASE("a table of Postgres and one of SQLite differ as comparing row by row says",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    PostgresSide postgres;
    SqliteSide sqlite;
    rc::prop("whatever the key, the values, the names, the zones and the tolerances", [&] {
        if (*rc::gen::arbitrary<bool>()) {
            compare_random_pairs(postgres, sqlite, pairs_of_servers);
        } else {
            compare_random_pairs(sqlite, postgres, pairs_of_servers);
        }
    });
}
