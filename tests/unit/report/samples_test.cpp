// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "samples.hpp"

#include "assay/report/writer.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>

namespace assay::test {
namespace {

constexpr Micros noon = 1'795'200'003 * micros_per_second; // 2026-11-20 18:40:03 UTC

Document started(const std::string& command) {
    Document document;
    document.run = {"0b5e9c0e-6d5c-4f0e-9c57-3f1d8c2b7a11",
                    command,
                    {command, "shop.db"},
                    noon,
                    noon + 812'000,
                    812,
                    true,
                    0};
    document.sources = {{"a", "sqlite", "shop.db", "3.40.1", "", noon, true}};
    document.cost = {7, 1'208'652, 86'100'000};
    return document;
}

TableRecord table(const std::string& name, std::int64_t rows, std::int64_t bytes) {
    TableRecord record;
    record.source = "a";
    record.schema = "main";
    record.name = name;
    record.kind = "table";
    record.rows = Count{rows, Method::exact, {}, {}};
    record.rows_examined = rows;
    record.bytes = {bytes, 0, bytes, Method::exact};
    record.state.consistency = "consistent";
    record.state.density = rows == 0 ? "empty" : "dense";
    return record;
}

ColumnRecord column(const std::string& name, const std::string& type, std::int64_t nulls,
                    double fraction, Count distinct) {
    ColumnRecord record;
    record.name = name;
    record.type = type;
    record.nulls = nulls;
    record.null_fraction = fraction;
    record.distinct = distinct;
    return record;
}

ColumnRecord order_id() {
    ColumnRecord id = column("order_id", "integer", 0, 0.0, {1'204'330, Method::exact, {}, {}});
    id.declared_type = "INTEGER";
    id.nullable = false;
    id.min = 1;
    id.max = 1'204'330;
    id.mean = 602'165.5;
    id.stddev = 347'660.1;
    id.quantiles = {{"0.25", 301'083}, {"0.5", 602'165}, {"0.75", 903'248}};
    id.quantile_method = Method::exact;
    id.quantile_rank_error = 0.0;
    return id;
}

ColumnRecord email() {
    ColumnRecord email =
        column("email", "text", 28'000, 0.0232, {400'013, Method::estimate, 396'100, 403'900});
    email.declared_type = "varchar(80)";
    email.blanks = 12;
    email.length = LengthRecord{9, 22, 18.2};
    email.top = {{"a{5}@a{4}.a{3}", 7, 9}};
    email.patterns = {{"a+@a+.a+", 1'176'330, 1'176'330}};
    email.invalid_utf8 = 3;
    return email;
}

ColumnRecord order_status() {
    ColumnRecord status = column("status", "text", 0, 0.0, {3, Method::exact, {}, {}});
    status.min = "open";
    status.max = "returned";
    status.top = {
        {"paid", 734'000, 734'000}, {"open", 265'000, 265'000}, {"returned", 205'330, 205'330}};
    status.storage = {{"integer", 0}, {"real", 0}, {"text", 1'204'330}, {"blob", 0}};
    return status;
}

CheckResult check(const std::string& id, const std::string& place, std::vector<std::string> columns,
                  Status status, Severity severity, const std::string& message) {
    CheckResult result;
    result.id = id;
    result.source = "a";
    result.table = place;
    result.columns = std::move(columns);
    result.status = status;
    result.severity = severity;
    result.message = message;
    result.fingerprint = check_fingerprint(result);
    result.duration_ms = 3;
    return result;
}

CheckResult orphans() {
    CheckResult result =
        check("integrity.orphans", "main.orders", {"customer_id"}, Status::fail, Severity::critical,
              "17 of 1,204,330 rows point to a row of customers that does not exist");
    result.observed = {17, "rows"};
    result.expected = "0 rows";
    result.remedy = "Load the missing parent rows, or repair or delete the orphans.";
    result.rows_examined = 1'204'330;
    result.rows_failed = 17;
    result.evidence = {{"references", "main.customers"}, {"referenced_columns", Fact::List{"id"}}};
    return result;
}

CheckResult no_key() {
    CheckResult result = check("schema.primary_key", "main.logs", {}, Status::fail,
                               Severity::warning, "no primary key and no unique constraint");
    result.expected = "a primary key";
    result.remedy = "Declare a primary key, so that rows can be told apart and repaired.";
    return result;
}

CheckResult constant() {
    CheckResult result = check("distribution.constant", "main.orders", {"currency"}, Status::fail,
                               Severity::info, "one value in all 1,204,330 rows");
    result.observed = {1, "distinct values"};
    result.expected = ">= 2 distinct values";
    return result;
}

CheckResult timed_out() {
    CheckResult result =
        check("table.readable", "main.invoices", {}, Status::error, Severity::critical,
              "the statement took longer than 30 s and was cancelled");
    result.error_kind = "timeout";
    return result;
}

void rename(std::string& text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

} // namespace

Document shop_audit() {
    Document document = started("audit");
    auto orders = table("orders", 1'204'330, 86'100'000);
    orders.columns = {order_id(), email(), order_status()};
    auto customers = table("customers", 4'012, 320'000);
    auto invoices = table("invoices", 90'000, 7'400'000);
    invoices.rows = Count{90'000, Method::estimate, {}, {}};
    invoices.rows_examined = std::nullopt;
    auto logs = table("logs", 0, 4'096);
    auto recent = table("recent_orders", 310, 24'000);
    recent.kind = "view";
    recent.rows = std::nullopt;
    recent.bytes = {};
    document.tables = {orders, customers, invoices, logs, recent};
    document.checks = {constant(), no_key(), orphans(), timed_out()};
    document.checks.push_back(check("schema.primary_key", "main.customers", {}, Status::pass,
                                    Severity::warning, "primary key is id"));
    document.checks.push_back(check("table.not_empty", "main.recent_orders", {}, Status::skipped,
                                    Severity::warning, "the sample holds no row"));
    document.notes = {"3 system tables were left out"};
    document.run.exit_code = 3;
    return document;
}

Document one_table_audit() {
    Document document = started("audit");
    auto orders = table("orders", 1'204'330, 86'100'000);
    orders.columns = {order_id(), email(), order_status()};
    orders.comment = "one row per order";
    orders.owner = "shop";
    orders.primary_key = {"order_id"};
    orders.foreign_keys = {{"", {"customer_id"}, "main.customers", {"id"}}};
    orders.indexes = {{"orders_email", {"email"}, false, true, 20'480},
                      {"orders_lower", {""}, true, false, {}}};
    orders.state.next = "assay freshness shop.db -t orders";
    orders.state.actionable = true;
    document.tables = {orders};
    document.checks = {check("schema.primary_key", "main.orders", {}, Status::pass,
                             Severity::warning, "primary key is order_id")};
    return document;
}

Document hostile_audit() {
    Document document = shop_audit();
    document.sources[0].url = "shop\x1b]0;owned\x07.db";
    document.tables[0].name = hostile_name;
    document.tables[1].name = emoji_name;
    document.tables[2].name = invalid_utf8_name;
    document.tables[3].name = "a.b \"c\" http://evil.example @everyone #12 www.evil.example";
    document.tables[0].columns[1].top[0].value = Fact("\x1b[2J| \xe2\x80\xae");
    for (auto& result : document.checks) {
        rename(result.table, "orders", hostile_name);
        rename(result.table, "logs", document.tables[3].name);
        rename(result.message, "customers", hostile_name);
    }
    document.notes = {"a note\nwith \x1b[1mtwo lines"};
    return document;
}

Document freshness_answer() {
    Document document = started("freshness");
    document.tables = {table("orders", 1'204'330, 86'100'000)};
    document.checks = {check("freshness.max_age", "main.orders", {"updated_at"}, Status::pass,
                             Severity::critical, "newest updated_at is 3 h 12 min old"),
                       check("freshness.future_rows", "main.orders", {"updated_at"}, Status::fail,
                             Severity::warning, "1 row is dated in the future")};
    document.checks[0].observed = {11'520, "s"};
    document.checks[0].expected = "<= 86400 s";
    document.checks[0].evidence = {{"newest", "2026-11-20T15:28:03Z"},
                                   {"age_s", 11'520},
                                   {"future_rows", 1},
                                   {"null_rows", 0},
                                   {"unparsable_rows", 0}};
    document.checks[1].observed = {1, "rows"};
    document.checks[1].expected = "0 rows";
    document.checks[1].evidence = document.checks[0].evidence;
    return document;
}

Document dedupe_finding() {
    Document document = started("dedupe-check");
    document.tables = {table("orders", 1'204'330, 86'100'000)};
    CheckResult surplus =
        check("duplicates.surplus", "main.orders", {"customer_id", "day"}, Status::fail,
              Severity::critical, "3 surplus rows: 2 keys occur more than once");
    surplus.observed = {3, "rows"};
    surplus.expected = "<= 0 rows";
    surplus.remedy = "Delete the surplus rows, then declare the key UNIQUE.";
    surplus.rows_examined = 1'204'330;
    surplus.rows_failed = 3;
    surplus.evidence = {
        {"rows", 1'204'330},
        {"distinct_keys", 1'204'327},
        {"duplicated_keys", 2},
        {"surplus_rows", 3},
        {"largest_group", 3},
        {"null_key_rows", 0},
        {"groups", Fact::List{Facts{{"key", Fact::List{"b", Fact()}}, {"count", 3}},
                              Facts{{"key", Fact::List{"NULL", 7}}, {"count", 2}}}}};
    document.checks = {surplus};
    document.run.exit_code = 1;
    return document;
}

Document volume_finding() {
    Document document = started("volume-diff");
    document.sources.push_back({"b", "postgresql", "postgresql://app@db1/shop", "15.20", "standby",
                                noon + micros_per_second, true});
    document.tables = {table("orders", 1'000, 81'920), table("orders", 1'001, 98'304)};
    document.tables[1].source = "b";
    document.tables[1].schema = "public";
    CheckResult rows = check("volume.rows", "main.orders", {}, Status::fail, Severity::critical,
                             "5 of 1,001 rows differ");
    rows.source.clear();
    rows.observed = {5, "rows"};
    rows.expected = "<= 0 rows";
    rows.evidence = {
        {"rows_a", 1'000},
        {"rows_b", 1'001},
        {"only_a", 1},
        {"only_b", 2},
        {"changed", 2},
        {"unchanged", 997},
        {"changed_cells", Facts{{"name", 2}, {"city", 1}}},
        {"samples",
         Fact::List{Facts{{"change", "-"}, {"key", 17}, {"columns", Facts{}}},
                    Facts{{"change", "+"}, {"key", 1'001}, {"columns", Facts{}}},
                    Facts{{"change", "~"},
                          {"key", 42},
                          {"columns", Facts{{"name", Facts{{"a", "Foo"}, {"b", "Bar"}}},
                                            {"city", Facts{{"a", Fact()}, {"b", "Rome"}}}}}}}}};
    document.checks = {rows, check("volume.row_count", "main.customers", {}, Status::pass,
                                   Severity::critical, "4,012 rows on both sides")};
    document.checks[1].source.clear();
    document.run.exit_code = 1;
    return document;
}

Document comparison() {
    Document document = shop_audit();
    document.run.command = "report diff";
    document.checks = {orphans(), no_key(), constant()};
    document.checks[0].baseline = "new";
    document.checks[1].baseline = "unchanged";
    document.checks[2].baseline = "absent";
    document.tables.clear();
    document.notes.clear();
    return document;
}

Document explained() {
    Document document = started("audit");
    document.plan = {
        {"a", "", "catalog", "SELECT name, sql\nFROM sqlite_schema", {}, "definitions"},
        {"a", "main.orders", "scan", "SELECT assay_rows(order_id, email) FROM \"main\".\"orders\"",
         1'204'330, "one pass over every column"}};
    return document;
}

Document wrong_call() {
    Document document;
    document.run.command = "audit";
    document.run.complete = false;
    document.run.exit_code = 2;
    document.errors = {{"usage", "'shopp.db' does not exist", "did you mean 'shop.db'?"}};
    return document;
}

Document unreachable() {
    Document document = wrong_call();
    document.run.exit_code = 3;
    document.errors = {{"connection", "no server answers at db1:5432: connection refused", ""}};
    return document;
}

Document nothing() { return {}; }

std::vector<std::pair<std::string, Document>> samples() {
    Document extremes = hostile_audit();
    extremes.cost.bytes_read = std::numeric_limits<std::int64_t>::max();
    extremes.tables[0].rows->value = std::int64_t{1} << 60;
    extremes.checks[0].observed.value = std::numeric_limits<double>::quiet_NaN();
    extremes.tables[0].columns[0].mean = std::numeric_limits<double>::infinity();
    return {{"shop_audit", shop_audit()},
            {"one_table_audit", one_table_audit()},
            {"hostile_audit", hostile_audit()},
            {"freshness_answer", freshness_answer()},
            {"dedupe_finding", dedupe_finding()},
            {"volume_finding", volume_finding()},
            {"comparison", comparison()},
            {"explained", explained()},
            {"wrong_call", wrong_call()},
            {"unreachable", unreachable()},
            {"nothing", nothing()},
            {"extremes", extremes}};
}

/// The schema test of ctest names the folder and validates what it finds there.
TEST_CASE("sample documents are written for the schema test", "[samples]") {
    const char* folder = std::getenv("ASSAY_TEST_DOCUMENTS");
    for (const auto& [name, document] : samples()) {
        const std::string json = write_json(document);
        CHECK(json.ends_with("}\n"));
        if (folder != nullptr) {
            std::filesystem::create_directories(folder);
            std::ofstream file(std::filesystem::path(folder) / (name + ".json"));
            file << json;
            file.close();
            CHECK(file.good());
        }
    }
}

} // namespace assay::test
