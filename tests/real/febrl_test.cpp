// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "csv.hpp"
#include "ledger.hpp"
#include "plain_sql.hpp"
#include "real_data.hpp"

#include "assay/command/dedupe_check.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace assay::test {
namespace {

using Names = std::vector<std::string>;

/// The persons of dataset 1, an empty field being NULL.
CsvTable persons() { return parse_csv(read_file(data_folder() / "febrl" / "dataset1.csv")); }

/// The columns as a list, or a condition on each of them.
std::string joined(const Names& columns, const std::string& condition, const std::string& link) {
    std::string text;
    for (const auto& column : columns) {
        text += (text.empty() ? "" : link) + quoted(column) + condition;
    }
    return text;
}

/// The same numbers by GROUP BY. Where NULLs are not equal, rows with a NULL are no group.
void compare_with_sql(PlainSql& sql, const Names& columns, NullPolicy nulls,
                      const CheckResult& check, Ledger& ledger) {
    const std::string complete = joined(columns, " IS NOT NULL", " AND ");
    const std::int64_t null_rows =
        sql.number("SELECT count(*) FROM persons WHERE NOT (" + complete + ")");
    const Cells row = sql.row(fmt::format(
        "SELECT coalesce(sum(n), 0), count(*), count(*) FILTER (WHERE n > 1), "
        "coalesce(sum(n - 1), 0), coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM persons "
        "WHERE {} GROUP BY {}) AS g",
        nulls == NullPolicy::equal ? "true" : complete, joined(columns, "", ", ")));
    const bool alone = nulls == NullPolicy::distinct;
    ledger.same("rows", sql.number("SELECT count(*) FROM persons"), number(check, "rows"));
    ledger.same("compared rows", std::stoll(*row[0]) + (alone ? null_rows : 0),
                number(check, "compared_rows"));
    ledger.same("distinct keys", std::stoll(*row[1]), number(check, "distinct_keys"));
    ledger.same("duplicated keys", std::stoll(*row[2]), number(check, "duplicated_keys"));
    ledger.same("surplus rows", std::stoll(*row[3]), number(check, "surplus_rows"));
    const std::int64_t lone = alone && null_rows > 0 ? 1 : 0;
    ledger.same("largest group", std::max(std::stoll(*row[4]), static_cast<long long>(lone)),
                number(check, "largest_group"));
    ledger.same("rows with NULL", null_rows, number(check, "null_key_rows"));
}

/// How the rows are compared: on a key, or whole but for some columns.
struct Question {
    Names key;
    Names ignore;
};

Names columns_of(const Question& question, const CsvTable& csv) {
    if (!question.key.empty()) {
        return question.key;
    }
    Names columns;
    for (const auto& column : csv.header) {
        if (std::count(question.ignore.begin(), question.ignore.end(), column) == 0) {
            columns.push_back(column);
        }
    }
    return columns;
}

Document check_persons(World& world, const std::string& database, const Question& question,
                       NullPolicy nulls) {
    DedupeCheckOptions options;
    options.common = common_options("dedupe-check");
    options.common.values = ValuesPolicy::all;
    options.common.tables = {"persons"};
    options.database = database;
    if (!question.key.empty()) {
        options.keys = {question.key};
    }
    options.whole_rows = question.key.empty();
    options.ignore = question.ignore;
    options.nulls = nulls;
    return run_unchanged(world,
                         [&](const Context& context) { return dedupe_check(options, context); });
}

void require_agreement(World& world, const std::string& database, PlainSql& sql) {
    const CsvTable csv = persons();
    REQUIRE(csv.rows.size() == 1000);
    const std::array<Question, 5> questions{{{{}, {}},
                                             {{}, {"rec_id"}},
                                             {{"soc_sec_id"}, {}},
                                             {{"given_name", "surname"}, {}},
                                             {{"address_2"}, {}}}};
    Ledger ledger;
    for (const auto& question : questions) {
        for (const auto nulls : {NullPolicy::distinct, NullPolicy::equal, NullPolicy::skip}) {
            const Names columns = columns_of(question, csv);
            const Document document = check_persons(world, database, question, nulls);
            REQUIRE(troubles_of(document) == "");
            const auto results = results_of(document, "duplicates.surplus");
            REQUIRE(results.size() == 1);
            ledger.at(joined(columns, "", ",") + ", NULLs " + std::string(to_string(nulls)));
            compare_with_sql(sql, columns, nulls, results[0], ledger);
        }
    }
    CHECK(ledger.faults() == "");
    CHECK(ledger.compared() == 5 * 3 * 7);
}

TEST_CASE("duplicates of Febrl persons in SQLite are those of GROUP BY") {
    if (!has_data(data_folder() / "febrl")) {
        return;
    }
    World world;
    const std::string file =
        world.database("persons.db", table_sql("persons", persons(), EmptyField::null));
    require_agreement(world, file, *plain_sqlite(file));
}

TEST_CASE("duplicates of Febrl persons in Postgres are those of GROUP BY", "[postgres]") {
    if (!has_data_and_postgres(data_folder() / "febrl")) {
        return;
    }
    World world;
    const PostgresDatabase database(table_sql("persons", persons(), EmptyField::null));
    require_agreement(world, database.conninfo(), *plain_postgres(database.conninfo()));
}

} // namespace
} // namespace assay::test
