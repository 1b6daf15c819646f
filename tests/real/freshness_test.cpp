// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "ledger.hpp"
#include "plain_sql.hpp"
#include "real_data.hpp"

#include "assay/command/freshness.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace assay::test {
namespace {

// The moment at which common_options() ends the past, and the clock skew that it allows.
constexpr const char* end_of_past = "'2024-01-31 00:05:00'";

/// Compare the newest invoice, and those of the future, with plain SQL.
void require_agreement(World& world, const std::string& database, PlainSql& sql,
                       const std::string& table, const std::string& column) {
    FreshnessOptions options;
    options.common = common_options("freshness");
    options.common.tables = {table};
    options.common.assume_tz = "UTC";
    options.database = database;
    options.column = column;
    const Document document =
        run_unchanged(world, [&](const Context& context) { return freshness(options, context); });
    REQUIRE(troubles_of(document) == "");
    const auto found =
        std::find_if(document.checks.begin(), document.checks.end(), [](const CheckResult& check) {
            return find_fact(check.evidence, "newest") != nullptr;
        });
    REQUIRE(found != document.checks.end());
    const Cells row = sql.row(
        fmt::format("SELECT max({0}) FILTER (WHERE {0} <= {1}), count(*) FILTER (WHERE {0} > {1}), "
                    "count(*) - count({0}) FROM {2}",
                    quoted(column), end_of_past, quoted(table)));
    std::string newest = row[0].value();
    newest.replace(newest.find(' '), 1, "T");
    CHECK(text_of(*find_fact(found->evidence, "newest")) == newest + "Z");
    CHECK(number(*found, "future_rows") == std::stoll(*row[1]));
    CHECK(number(*found, "future_rows") > 0);
    CHECK(number(*found, "null_rows") == std::stoll(*row[2]));
}

TEST_CASE("the newest invoice of the Chinook file is that of plain SQL") {
    const auto original = data_folder() / "chinook" / "chinook.sqlite";
    if (!has_data(original)) {
        return;
    }
    SqliteCopy copy(original);
    require_agreement(copy.world, copy.path, *plain_sqlite(copy.path), "Invoice", "InvoiceDate");
}

TEST_CASE("the newest invoice of Chinook in Postgres is that of plain SQL", "[postgres]") {
    if (!has_data_and_postgres(data_folder() / "chinook")) {
        return;
    }
    const PostgresDatabase database(chinook_sql(Literals::as_written));
    World world;
    require_agreement(world, database.conninfo(), *plain_postgres(database.conninfo()), "invoice",
                      "invoice_date");
}

} // namespace
} // namespace assay::test
