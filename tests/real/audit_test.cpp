// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "plain_sql.hpp"
#include "real_data.hpp"
#include "table_oracle.hpp"

#include "assay/report/writer.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <vector>

namespace assay::test {
namespace {

// Too little for exact numbers of tables with many columns or rows.
constexpr Means little_memory{2, std::size_t{3} << 20};
constexpr std::size_t least_counters = 192;

/// Require that an audit looked at everything and that plain SQL finds the same numbers.
/// @param least numbers that must have been compared.
void require_agreement(PlainSql& sql, const Document& document, int least,
                       std::size_t counters = usual_counters) {
    REQUIRE(troubles_of(document) == "");
    Ledger ledger;
    compare_audit(sql, document, ledger, counters);
    CHECK(ledger.faults() == "");
    CHECK(ledger.compared() >= least);
}

void require_lossless_json(const Document& document) {
    const bool survives = read_json(write_json(document), "audit") == document;
    CHECK(survives);
}

/// How many numbers of columns are estimates.
int estimates_in(const Document& document) {
    int estimates = 0;
    for (const auto& table : document.tables) {
        for (const auto& column : table.columns) {
            estimates += column.distinct && column.distinct->method == Method::estimate ? 1 : 0;
            estimates += column.quantile_method == Method::estimate ? 1 : 0;
        }
    }
    return estimates;
}

/// A document without what differs from run to run.
Document timeless(Document document) {
    document.run = {};
    document.cost = {};
    for (auto& source : document.sources) {
        source.snapshot_at = 0;
    }
    for (auto& check : document.checks) {
        check.duration_ms = 0;
    }
    return document;
}

/// Require that one session alone learns what several do.
void require_same_with_one_job(World& world, const std::string& database,
                               const Document& document) {
    const bool same = timeless(audit_of(world, database, {.jobs = 1})) == timeless(document);
    CHECK(same);
}

TEST_CASE("every number of the Chinook file agrees with plain SQL") {
    const auto original = data_folder() / "chinook" / "chinook.sqlite";
    if (!has_data(original)) {
        return;
    }
    SqliteCopy copy(original);
    const auto sql = plain_sqlite(copy.path);
    const Document document = audit_of(copy.world, copy.path);
    CHECK(summarize(document).tables == 11);
    CHECK(estimates_in(document) == 0);
    require_agreement(*sql, document, 1300);
    require_lossless_json(document);

    const Document estimated = audit_of(copy.world, copy.path, little_memory);
    CHECK(estimates_in(estimated) > 5);
    require_agreement(*sql, estimated, 1000, least_counters);
    require_same_with_one_job(copy.world, copy.path, document);
}

TEST_CASE("every number of the EPSG registry agrees with plain SQL") {
    if (!has_data(proj_registry())) {
        return;
    }
    SqliteCopy copy(proj_registry());
    require_agreement(*plain_sqlite(copy.path), audit_of(copy.world, copy.path), 3000);
}

TEST_CASE("every number of Chinook in Postgres agrees with plain SQL", "[postgres]") {
    if (!has_data_and_postgres(data_folder() / "chinook")) {
        return;
    }
    const PostgresDatabase database(chinook_sql(Literals::as_written));
    settle(database);
    const auto sql = plain_postgres(database.conninfo());
    World world;
    const Document document = audit_of(world, database.conninfo());
    CHECK(summarize(document).tables == 11);
    CHECK(estimates_in(document) == 0);
    require_agreement(*sql, document, 1300);
    require_lossless_json(document);

    const Document estimated = audit_of(world, database.conninfo(), little_memory);
    CHECK(estimates_in(estimated) > 5);
    require_agreement(*sql, estimated, 1000, least_counters);
    require_same_with_one_job(world, database.conninfo(), document);
}

TEST_CASE("every number of Northwind agrees with plain SQL", "[postgres]") {
    if (!has_data_and_postgres(data_folder() / "northwind")) {
        return;
    }
    const PostgresDatabase database(northwind_sql());
    settle(database);
    World world;
    const Document document = audit_of(world, database.conninfo());
    CHECK(summarize(document).tables == 14);
    require_agreement(*plain_postgres(database.conninfo()), document, 1000);
}

TEST_CASE("a number that is off by one does not agree with plain SQL") {
    const auto original = data_folder() / "chinook" / "chinook.sqlite";
    if (!has_data(original)) {
        return;
    }
    SqliteCopy copy(original);
    const Document document = audit_of(copy.world, copy.path);
    const std::vector<std::function<void(TableRecord&, ColumnRecord&)>> lies{
        [](auto& table, auto&) { ++table.rows->value; },
        [](auto& table, auto&) { table.primary_key.clear(); },
        [](auto& table, auto&) { table.foreign_keys.pop_back(); },
        [](auto&, auto& column) { ++*column.nulls; },
        [](auto&, auto& column) { ++column.distinct->value; },
        [](auto&, auto& column) { column.min = 99; },
        [](auto&, auto& column) { column.max = Fact(); },
        [](auto&, auto& column) { *column.mean *= 1.00000001; },
        [](auto&, auto& column) { column.stddev.reset(); },
        [](auto&, auto& column) { column.quantiles.at(3).second = 99; },
        [](auto&, auto& column) { column.top.at(0).count += 1; },
        [](auto&, auto& column) { ++*column.misfits; }};
    for (std::size_t i = 0; i < lies.size(); ++i) {
        INFO("lie " << i);
        Document wrong = document;
        const auto table = std::find_if(wrong.tables.begin(), wrong.tables.end(),
                                        [](const auto& each) { return each.name == "Invoice"; });
        REQUIRE(table != wrong.tables.end());
        REQUIRE(table->columns.back().name == "Total");
        wrong.tables = {*table};
        lies[i](wrong.tables[0], wrong.tables[0].columns.back());
        Ledger ledger;
        compare_tables(*plain_sqlite(copy.path), wrong, ledger);
        CHECK(ledger.faults() != "");
    }
    Ledger honest;
    compare_tables(*plain_sqlite(copy.path), document, honest);
    CHECK(honest.faults() == "");
}

} // namespace
} // namespace assay::test
