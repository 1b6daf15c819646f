// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/duplicate_index.hpp"
#include "time_tables.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

/// A table of long rows, beside which its indexes are small, that was vacuumed.
/// @param columns "a text, b int8"
/// @param values of the columns, made of the number i
std::string table_sql(const std::string& columns, const std::string& values, int rows = 2000) {
    return fmt::format("CREATE TABLE t (id int8, {}, long text); ALTER TABLE t ALTER long SET "
                       "STORAGE PLAIN; INSERT INTO t SELECT i, {}, repeat('x', 1500) FROM "
                       "generate_series(1, {}) AS i;",
                       columns, values, rows);
}

/// A database with a table and its indexes.
struct Vacuumed {
    PostgresDatabase database;

    /// VACUUM only vouches for rows whose commit is on disk. A few thousand groups have to be many
    /// to the server, or it makes a hash table of them.
    explicit Vacuumed(const std::string& sql) : database("SET synchronous_commit = on;" + sql) {
        vacuum();
        database.execute("ALTER DATABASE " + database.name() + " SET work_mem = '64kB'");
        database.execute("ALTER DATABASE " + database.name() + " SET hash_mem_multiplier = 1");
    }

    /// Again while pages are not vouched for: others on the server may hold an older snapshot.
    void vacuum() const {
        PostgresClient client(database.conninfo());
        for (int tries = 0; tries < 100; ++tries) {
            client.execute("VACUUM ANALYZE t");
            if (client.value("SELECT relallvisible >= relpages FROM pg_class WHERE oid = "
                             "'t'::regclass") == "t") {
                return;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
    }
};

DuplicateRequest by(const TableSchema& table, const std::vector<std::string>& key,
                    NullPolicy nulls = NullPolicy::distinct, std::size_t limit = 0) {
    DuplicateRequest request;
    auto& columns = request.keys.emplace_back(DuplicateKey{{}, nulls}).columns;
    for (const auto& name : key) {
        columns.push_back(*table.find_column(name));
    }
    request.limit = limit;
    return request;
}

void check_same(const DuplicateCounts& index, const DuplicateCounts& table) {
    CHECK(index.rows == table.rows);
    CHECK(index.distinct_keys == table.distinct_keys);
    CHECK(index.duplicated_keys == table.duplicated_keys);
    CHECK(index.surplus_rows == table.surplus_rows);
    CHECK(index.largest_group == table.largest_group);
    CHECK(index.null_key_rows == table.null_key_rows);
    CHECK(index.sizes == table.sizes);
}

/// Why the index that leads with the key is not read; "" if it is.
std::string reason_of(const std::string& sql, const std::vector<std::string>& key) {
    const Vacuumed vacuumed(sql);
    Opened opened(postgres_location(vacuumed.database));
    const auto choice =
        choose_duplicate_index(*opened.session, opened.table, by(opened.table, key), 1);
    REQUIRE(choice.index != nullptr);
    return choice.reason;
}

constexpr std::array<NullPolicy, 3> policies{NullPolicy::distinct, NullPolicy::equal,
                                             NullPolicy::skip};

} // namespace

TEST_CASE("an index has the numbers of its table, whatever NULL means", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    for (const auto& [a, b] : {std::pair(1, 1), {1, 40}, {40, 3}, {700, 2}, {2999, 4}}) {
        const Vacuumed vacuumed(
            table_sql("a text, b int8", fmt::format("CASE WHEN i % 7 > 0 THEN 'k' || hashint4(i) % "
                                                    "{} END, CASE WHEN i % 5 > 0 THEN i % {} END",
                                                    a, b)) +
            "CREATE INDEX other ON t (b, a, id); CREATE INDEX one ON t (b, a)");
        Opened opened(postgres_location(vacuumed.database));
        Workers workers(*opened.session, 1);
        for (const NullPolicy nulls : policies) {
            const auto request = by(opened.table, {"a", "b"}, nulls);
            const auto choice = choose_duplicate_index(*opened.session, opened.table, request, 1);
            REQUIRE(choice.index != nullptr);
            CHECK(choice.index->name == "one"); // the smaller one
            const auto counts =
                count_in_index(*opened.session, opened.table, request, *choice.index);
            REQUIRE(counts.has_value());
            check_same(*counts, scan_duplicates(workers, opened.table, request).front().counts);
        }
    }
}

TEST_CASE("an index counts every type whose values are equal by their bytes", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const Vacuumed vacuumed(
        table_sql(
            "b bool, i4 int4, d date, ti time, ts timestamp, tz timestamptz, u uuid, y bytea,"
            " v varchar(20), x text",
            "i % 3 = 0, i % 1900, date '2024-01-01' + i % 1900, time '10:00' + i % 1900 * interval "
            "'1 s', timestamp '2024-01-01' + i % 1900 * interval '1 s', CASE WHEN i % 9 > 0 "
            "THEN now() + i % 1900 * interval '1 s' ELSE 'infinity' END, md5((i % "
            "1900)::text)::uuid, decode(md5((i % 1900)::text), 'hex'), 'é ' || i % 1900, "
            "'x' || repeat(' ', i % 1900)") +
        "CREATE INDEX ON t (b); CREATE INDEX ON t (i4); CREATE INDEX ON t (d); CREATE INDEX ON t "
        "(ti); CREATE INDEX ON t (ts); CREATE INDEX ON t (tz DESC); CREATE INDEX ON t (u); CREATE "
        "INDEX ON t (y); CREATE INDEX ON t (v); CREATE INDEX ON t (x)");
    Opened opened(postgres_location(vacuumed.database));
    Workers workers(*opened.session, 1);
    for (const std::string name : {"b", "i4", "d", "ti", "ts", "tz", "u", "y", "v", "x"}) {
        INFO(name);
        const auto request = by(opened.table, {name}, NullPolicy::equal);
        const auto choice = choose_duplicate_index(*opened.session, opened.table, request, 1);
        REQUIRE(choice.index != nullptr);
        const std::string few_groups =
            "the server would not read it in its order and without the table";
        CHECK(choice.reason == (name == "b" ? few_groups : ""));
        const auto counts = count_in_index(*opened.session, opened.table, request, *choice.index);
        REQUIRE(counts.has_value());
        check_same(*counts, scan_duplicates(workers, opened.table, request).front().counts);
    }
}

TEST_CASE("the index that is named is the one that the server reads", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    // Of these two the server takes the smaller one, whichever it is called.
    const Vacuumed vacuumed(table_sql("k int, pad text", "i, repeat('x', 20)") +
                            "CREATE INDEX \"a \"\"wide\"\" one\" ON t (k) INCLUDE (pad);"
                            "CREATE INDEX \"narrow \\ one\" ON t (k)");
    Opened opened(postgres_location(vacuumed.database));
    for (const std::string& name : {std::string("a \"wide\" one"), std::string("narrow \\ one")}) {
        TableSchema table = opened.table;
        std::erase_if(table.indexes, [&](const Index& index) { return index.name != name; });
        REQUIRE(table.indexes.size() == 1);
        const auto choice = choose_duplicate_index(*opened.session, table, by(table, {"k"}), 1);
        INFO(name << ": " << choice.reason);
        CHECK(choice.reason.empty() == name.starts_with("narrow"));
    }
}

TEST_CASE("where the server takes for equal what is written otherwise the table is read",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const auto with = [](const std::string& type, const std::string& values) {
        return reason_of(table_sql("k " + type, values) + "CREATE INDEX ON t (k)", {"k"});
    };
    const std::string equal =
        "to the server values of k can be equal that are written in different ways";
    CHECK(with("numeric", "i + CASE WHEN i % 2 = 0 THEN 1.0 ELSE 1.00 END") == equal);
    CHECK(with("float8", "i") == equal);
    CHECK(with("jsonb", "to_jsonb(i)") == equal);
    CHECK(with("interval", "i * interval '1 day'") == equal);
    CHECK(with("char(9)", "i") == equal);
    CHECK(with("int8", "i") == "");
    const std::string collation =
        "CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', "
        "deterministic = false);";
    CHECK(reason_of(collation + table_sql("k text COLLATE nocase", "'k' || i") +
                        "CREATE INDEX ON t (k)",
                    {"k"}) == "its collation takes different texts for equal");
    CHECK(reason_of(collation + table_sql("k text COLLATE nocase", "'k' || i") +
                        "CREATE INDEX ON t (k COLLATE \"C\")",
                    {"k"}) == "its collation takes different texts for equal");
}

TEST_CASE("an index is read only where that takes less than its table", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const std::string numbers = table_sql("k int8", "i");
    const Vacuumed vacuumed(numbers + "CREATE INDEX ON t (k)");
    const auto reason = [&](unsigned jobs) {
        Opened opened(postgres_location(vacuumed.database));
        return choose_duplicate_index(*opened.session, opened.table, by(opened.table, {"k"}), jobs)
            .reason;
    };
    CHECK(reason(2) == "");
    CHECK(reason(100) == "a scan of the table by 100 sessions takes less time");
    vacuumed.database.execute("UPDATE t SET k = k + 1 WHERE id % 20 = 0");
    CHECK(reason(1) == "too many pages of the table were changed since the last VACUUM");
}

TEST_CASE("an index that does not hold or lead with the key is left alone", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const Vacuumed vacuumed(table_sql("a int8, b int8", "i, i") +
                            "CREATE INDEX ON t (id, a); CREATE INDEX ON t (a) WHERE a > 1; CREATE "
                            "INDEX ON t (abs(b)); CREATE INDEX ON t USING hash (b)");
    Opened opened(postgres_location(vacuumed.database));
    for (const std::string name : {"a", "b"}) {
        CHECK(choose_duplicate_index(*opened.session, opened.table, by(opened.table, {name}), 1)
                  .index == nullptr);
    }
    auto where = by(opened.table, {"a", "id"});
    where.where = "a > 5";
    CHECK(choose_duplicate_index(*opened.session, opened.table, where, 1).reason ==
          "only some of the rows count");
}

TEST_CASE("groups that are to be shown are read from the table", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const auto counted = [](const std::string& values, int rows, std::size_t limit) {
        const Vacuumed vacuumed(table_sql("k int8", values, rows) + "CREATE INDEX ON t (k)");
        Opened opened(postgres_location(vacuumed.database));
        const auto request = by(opened.table, {"k"}, NullPolicy::distinct, limit);
        const auto choice = choose_duplicate_index(*opened.session, opened.table, request, 1);
        REQUIRE(choice.reason == "");
        return count_in_index(*opened.session, opened.table, request, *choice.index).has_value();
    };
    CHECK(counted("i", 2000, 5));
    CHECK(counted("NULLIF(i % 2, 0) * i", 2000, 5));
    CHECK_FALSE(counted("i % 1999", 2000, 5));
    CHECK(counted("i % 1999", 2000, 0));
    CHECK_FALSE(counted("least(i, 11999)", 12'000, 5)); // the group is at the end
}

TEST_CASE("case 138: what a damaged index misses is found in the table", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    const auto ready = [](const std::string& value) {
        return "UPDATE pg_index SET indisready = " + value +
               " WHERE indexrelid = 'damaged'::regclass;";
    };
    const Vacuumed vacuumed(table_sql("k int8", "i") + "CREATE INDEX damaged ON t (k);" +
                            ready("false") + "INSERT INTO t VALUES (0, 7, NULL);" + ready("true"));
    Opened opened(postgres_location(vacuumed.database));
    Workers workers(*opened.session, 1);
    const auto request = by(opened.table, {"k"}, NullPolicy::distinct, 5);
    const auto choice = choose_duplicate_index(*opened.session, opened.table, request, 1);
    REQUIRE(choice.reason == "");
    const auto counts = count_in_index(*opened.session, opened.table, request, *choice.index);
    REQUIRE(counts.has_value());
    CHECK(counts->rows == 2000);
    CHECK(counts->surplus_rows == 0);
    const auto scanned = scan_duplicates(workers, opened.table, request).front().counts;
    CHECK(scanned.rows == 2001);
    CHECK(scanned.surplus_rows == 1);
}

namespace {

/// 2,500 rows of 1,000 bytes and their indexes, in a file of SQLite.
struct LongRows {
    TempDir folder;
    Opened opened;

    LongRows(const std::string& columns, const std::string& values, const std::string& indexes)
        : opened(sqlite_location(made(columns, values, indexes))) {}

    IndexChoice choice(const DuplicateRequest& request, unsigned jobs = 1) {
        return choose_duplicate_index(*opened.session, opened.table, request, jobs);
    }
    IndexChoice choice(const std::vector<std::string>& key) {
        return choice(by(opened.table, key));
    }

private:
    std::string made(const std::string& columns, const std::string& values,
                     const std::string& indexes) const {
        run_sqlite(folder.file("t.db"),
                   fmt::format("CREATE TABLE t (id INTEGER PRIMARY KEY, {}, long TEXT); WITH "
                               "RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i "
                               "< 2500) INSERT INTO t SELECT i, {}, printf('%1000s', '') FROM n;",
                               columns, values) +
                       indexes);
        return folder.file("t.db");
    }
};

} // namespace

TEST_CASE("an index of SQLite gives the numbers and groups of its table, whatever NULL means") {
    LongRows rows("a, b DECIMAL(9, 2)",
                  "CASE i % 7 WHEN 0 THEN NULL WHEN 1 THEN i % 40 WHEN 2 THEN i % 40 * 1.0 WHEN 3 "
                  "THEN '' || i % 40 ELSE 'k' || i % 40 END, CASE i % 5 WHEN 0 THEN NULL WHEN 1 "
                  "THEN '1.10' WHEN 2 THEN '1.1' ELSE x'31' END",
                  "CREATE INDEX wide ON t (b, a, id); CREATE INDEX narrow ON t (b DESC, a)");
    const auto placed = PlacedTable::of(StoreKind::sqlite, rows.opened.table);
    REQUIRE(placed.has_value());
    Workers workers(*rows.opened.session, 1);
    for (const NullPolicy nulls : policies) {
        auto request = by(rows.opened.table, {"a", "b"}, nulls, 9);
        request.places.table = &*placed;
        const auto choice = rows.choice(request);
        REQUIRE(choice.index != nullptr);
        CHECK(choice.index->name == "narrow");
        CHECK(choice.reason == "");
        CHECK(choice.sizes.starts_with("a row of the table takes about 1,0"));
        const auto table = scan_duplicates(workers, rows.opened.table, request).front();
        request.index = choice.index->name;
        const auto index = scan_duplicates(workers, rows.opened.table, request).front();
        check_same(index.counts, table.counts);
        CHECK(index.verified_groups == table.verified_groups);
        REQUIRE(index.groups.size() == table.groups.size());
        for (std::size_t i = 0; i < index.groups.size(); ++i) {
            CHECK(index.groups[i].rows == table.groups[i].rows);
            CHECK(index.groups[i].first.front().place == table.groups[i].first.front().place);
        }
    }
}

TEST_CASE("an index of SQLite is read only where it holds all that is asked for") {
    const auto reason = [](const std::string& index) {
        LongRows rows("k TEXT, other TEXT", "i, i", index);
        const auto choice = rows.choice({"k"});
        return choice.index == nullptr ? "none" : choice.reason;
    };
    const std::string otherwise = "it compares otherwise than by bytes, or holds an expression";
    CHECK(reason("CREATE INDEX i ON t (k)") == "");
    CHECK(reason("CREATE INDEX i ON t (k COLLATE \"binary\" DESC, other)") == "");
    CHECK(reason("CREATE INDEX i ON t (k COLLATE NOCASE)") == otherwise);
    CHECK(reason("CREATE INDEX i ON t (k, other COLLATE RTRIM)") == otherwise);
    CHECK(reason("CREATE INDEX i ON t (k, lower(other))") == otherwise);
    CHECK(reason("CREATE INDEX i ON t (k, long)").starts_with("a row of the table takes about"));
    CHECK(reason("CREATE INDEX i ON t (k) WHERE k IS NOT NULL") == "none");
    CHECK(reason("CREATE INDEX i ON t (lower(k))") == "none");
    CHECK(reason("CREATE INDEX i ON t (other, k)") == "none");
    LongRows computed("k TEXT, v TEXT AS (k || 'x')", "i", "CREATE INDEX i ON t (v)");
    CHECK(computed.choice({"v"}).reason == "SQLite would look into the table for each row");
    LongRows hidden("rowid TEXT, oid TEXT, _rowid_ TEXT, k TEXT", "1, 2, 3, i",
                    "CREATE INDEX i ON t (k)");
    CHECK(hidden.choice({"k"}).reason ==
          "the rows of the table have no rowid to look some of them up by");
}

TEST_CASE("an index of SQLite is read for one key of all rows, and by how many would share them") {
    LongRows rows("a TEXT, b TEXT", "i, i", "CREATE INDEX i ON t (a)");
    auto where = by(rows.opened.table, {"a"});
    where.where = "a > '5'";
    CHECK(rows.choice(where).reason == "only some of the rows count");
    auto two = by(rows.opened.table, {"a"});
    two.keys.push_back(by(rows.opened.table, {"b"}).keys.front());
    CHECK(rows.choice(two).reason == "the scan of the table counts other keys as well");
    CHECK(rows.choice(by(rows.opened.table, {"a"}), 2).reason == "");
    CHECK(rows.choice(by(rows.opened.table, {"a"}), 100)
              .reason.ends_with("a scan of the table by 100 sessions takes less time"));
}
