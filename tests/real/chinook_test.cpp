// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "ledger.hpp"
#include "real_data.hpp"

#include "assay/command/volume_diff.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace assay::test {
namespace {

std::filesystem::path chinook_folder() { return data_folder() / "chinook"; }

/// The member of a list whose name is the same but for case and underscores.
template <typename Record>
const Record* partner_of(const Record& record, const std::vector<Record>& others) {
    const auto found = std::find_if(others.begin(), others.end(), [&](const Record& other) {
        return folded_name(other.name) == folded_name(record.name);
    });
    return found == others.end() ? nullptr : &*found;
}

void compare_columns(const ColumnRecord& file, const ColumnRecord& server, Ledger& ledger) {
    ledger.same("nulls", file.nulls.value_or(-1), server.nulls.value_or(-2));
    ledger.same("distinct", file.distinct->value, server.distinct->value);
    ledger.same_value("min", text_of(file.min), server.min);
    ledger.same_value("max", text_of(file.max), server.max);
    ledger.close("mean", text_of(file.mean ? Fact(*file.mean) : Fact()), server.mean);
    ledger.close("stddev", text_of(file.stddev ? Fact(*file.stddev) : Fact()), server.stddev);
    ledger.same("blanks", file.blanks.value_or(0), server.blanks.value_or(0));
    std::vector<std::int64_t> counts;
    std::vector<std::int64_t> partner_counts;
    for (const auto& top : file.top) {
        counts.push_back(top.count);
    }
    for (const auto& top : server.top) {
        partner_counts.push_back(top.count);
    }
    ledger.same("counts of top values", fmt::format("{}", fmt::join(counts, " ")),
                fmt::format("{}", fmt::join(partner_counts, " ")));
}

/// Enter what two audits of the same tables disagree on.
void compare_audits(const Document& file, const Document& server, Ledger& ledger) {
    for (const auto& table : file.tables) {
        ledger.at(table.name);
        const TableRecord* other = partner_of(table, server.tables);
        if (other == nullptr) {
            ledger.fault("not in Postgres");
            continue;
        }
        ledger.same("rows", table.rows->value, other->rows->value);
        for (const auto& column : table.columns) {
            ledger.at(table.name + "." + column.name);
            const ColumnRecord* partner = partner_of(column, other->columns);
            if (partner == nullptr) {
                ledger.fault("not in Postgres");
            } else {
                compare_columns(column, *partner, ledger);
            }
        }
    }
}

/// The Chinook file and a Postgres database that was made from its script.
struct BothChinooks {
    explicit BothChinooks(Literals literals)
        : file(chinook_folder() / "chinook.sqlite"), server(chinook_sql(literals)) {}

    Document compare_rows() {
        VolumeDiffOptions options;
        options.common = common_options("volume-diff");
        options.common.values = ValuesPolicy::all;
        options.database_a = file.path;
        options.database_b = server.conninfo();
        options.by = DiffBy::rows;
        return run_unchanged(file.world,
                             [&](const Context& context) { return volume_diff(options, context); });
    }

    SqliteCopy file;
    PostgresDatabase server;
};

void require_same_rows(const Document& document) {
    REQUIRE(troubles_of(document) == "");
    const auto results = results_of(document, "volume.rows");
    CHECK(results.size() == 11);
    std::int64_t rows = 0;
    for (const auto& result : results) {
        INFO(result.table);
        CHECK(result.status == Status::pass);
        CHECK(number(result, "changed") == 0);
        CHECK(number(result, "only_a") == 0);
        CHECK(number(result, "only_b") == 0);
        CHECK(number(result, "unchanged") == number(result, "rows_a"));
        rows += number(result, "rows_a");
    }
    CHECK(rows == 15607);
}

TEST_CASE("Chinook has the same profile and the same rows in both stores", "[postgres]") {
    if (!has_data_and_postgres(chinook_folder())) {
        return;
    }
    BothChinooks both(Literals::plain);
    const Document file = audit_of(both.file.world, both.file.path);
    const Document server = audit_of(both.file.world, both.server.conninfo());
    REQUIRE(troubles_of(file) + troubles_of(server) == "");
    CHECK(file.tables.size() == server.tables.size());
    Ledger ledger;
    compare_audits(file, server, ledger);
    CHECK(ledger.faults() == "");
    CHECK(ledger.compared() == 11 + 8 * 64);

    const Document document = both.compare_rows();
    require_same_rows(document);
    for (const auto& result : results_of(document, "volume.trailing_blanks")) {
        CHECK(result.rows_failed == 0);
    }
    CHECK(exit_status(document, FailOn::info) == ExitStatus::clean);
}

// The script writes texts as N'...', which Postgres takes for bpchar, and bpchar loses the blanks
// at its end: 'Edinburgh ' of customer 54 and in the seven invoices of that customer.
TEST_CASE("a blank that Postgres dropped from Chinook is a warning", "[postgres]") {
    if (!has_data_and_postgres(chinook_folder())) {
        return;
    }
    BothChinooks both(Literals::as_written);
    const Document document = both.compare_rows();
    require_same_rows(document);
    std::int64_t rows = 0;
    for (const auto& result : results_of(document, "volume.trailing_blanks")) {
        const std::int64_t failed = result.rows_failed.value_or(0);
        CHECK(result.severity == Severity::warning);
        CHECK((result.status == Status::fail) == (failed > 0));
        CHECK((failed > 0) == (result.table == "main.Customer" || result.table == "main.Invoice"));
        rows += failed;
    }
    CHECK(rows == 8);
    CHECK(exit_status(document, FailOn::critical) == ExitStatus::clean);
    CHECK(exit_status(document, FailOn::warning) == ExitStatus::findings);
}

} // namespace
} // namespace assay::test
