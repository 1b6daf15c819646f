// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/report.hpp"
#include "assay/report/writer.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace assay;

namespace {

CheckResult check_of(std::string_view id, const std::string& table, Status status) {
    auto result = make_result(id, {"main", table}, {});
    result.source = "a";
    result.status = status;
    result.message = "what it saw";
    return result;
}

Document document_of(std::vector<CheckResult> checks) {
    Document document;
    document.run.command = "audit";
    SourceRecord source;
    source.id = "a";
    source.kind = "sqlite";
    source.url = "shop.db";
    document.sources = {source};
    TableRecord table;
    table.source = "a";
    table.schema = "main";
    table.name = "orders";
    table.kind = "table";
    document.tables = {table};
    document.checks = std::move(checks);
    document.cost = {3, 100, 1000};
    return document;
}

ReportOptions saved(const std::vector<Document>& documents) {
    ReportOptions options;
    options.command = "report";
    for (std::size_t i = 0; i < documents.size(); ++i) {
        options.results.push_back(
            {"result" + std::to_string(i) + ".json", write_json(documents[i])});
    }
    return options;
}

CheckResult find(const Document& document, std::string_view id) {
    const auto found = std::find_if(document.checks.begin(), document.checks.end(),
                                    [&](const CheckResult& check) { return check.id == id; });
    REQUIRE(found != document.checks.end());
    return *found;
}

} // namespace

TEST_CASE("one saved result comes back as it was") {
    const auto document = document_of({check_of("table.not_empty", "orders", Status::fail)});
    CHECK(report(saved({document})) == document);
}

TEST_CASE("several results stand side by side, each with a source of its own") {
    auto first = document_of({check_of("table.not_empty", "orders", Status::fail)});
    auto second = document_of({check_of("table.not_empty", "orders", Status::pass)});
    second.sources[0].url = "other.db";
    const auto merged = report(saved({first, second}));
    REQUIRE(merged.errors.empty());
    REQUIRE(merged.sources.size() == 2);
    CHECK(merged.sources[0].id == "a");
    CHECK(merged.sources[1].id == "b");
    CHECK(merged.sources[1].url == "other.db");
    REQUIRE(merged.tables.size() == 2);
    CHECK(merged.tables[0].source == "a");
    CHECK(merged.tables[1].source == "b");
    REQUIRE(merged.checks.size() == 2);
    CHECK(merged.checks[0].source == "a");
    CHECK(merged.checks[1].source == "b");
    CHECK(merged.cost.rows_read == 200);
    CHECK(merged.run.complete);
}

TEST_CASE("a merged result is as incomplete as its parts, and keeps their errors") {
    auto broken = document_of({});
    broken.run.complete = false;
    broken.errors = {{"connection", "the server went away", ""}};
    const auto merged =
        report(saved({document_of({check_of("table.not_empty", "t", Status::pass)}), broken}));
    CHECK_FALSE(merged.run.complete);
    REQUIRE(merged.errors.size() == 1);
    CHECK(merged.errors[0].message == "the server went away");
    CHECK(exit_status(merged, FailOn::critical) == ExitStatus::incomplete);
}

TEST_CASE("more sources than letters still have ids of their own") {
    const std::vector<Document> many(30,
                                     document_of({check_of("table.not_empty", "t", Status::pass)}));
    const auto merged = report(saved(many));
    REQUIRE(merged.sources.size() == 30);
    CHECK(merged.sources[25].id == "z");
    CHECK(merged.sources[26].id == "s27");
    CHECK(merged.checks[29].source == "s30");
}

TEST_CASE("what is no result is a usage error that names the input") {
    auto options = saved({document_of({})});
    options.results[0].json = "{\"a\": ";
    const auto failed = report(options);
    REQUIRE(failed.errors.size() == 1);
    CHECK(failed.errors[0].kind == "usage");
    CHECK(failed.errors[0].message.find("result0.json") != std::string::npos);
    CHECK_FALSE(failed.run.complete);
    CHECK(exit_status(failed, FailOn::critical) == ExitStatus::usage);
}

TEST_CASE("the difference of two results tells new, old and mended findings apart") {
    const auto before = document_of({check_of("table.not_empty", "orders", Status::fail),
                                     check_of("schema.primary_key", "orders", Status::fail),
                                     check_of("volume.rows", "orders", Status::pass),
                                     check_of("duplicates.surplus", "orders", Status::fail)});
    const auto after = document_of({check_of("table.not_empty", "orders", Status::fail),
                                    check_of("schema.primary_key", "orders", Status::pass),
                                    check_of("volume.rows", "orders", Status::fail)});
    const auto diff = report_diff(saved({before, after}));
    REQUIRE(diff.errors.empty());
    CHECK(find(diff, "table.not_empty").baseline == "unchanged");
    CHECK(find(diff, "schema.primary_key").baseline == "absent");
    CHECK(find(diff, "volume.rows").baseline == "new");
    const auto unseen = find(diff, "duplicates.surplus");
    CHECK(unseen.status == Status::skipped);
    CHECK(unseen.message == "not checked again; it failed before: what it saw");
    CHECK(unseen.baseline.empty());
    CHECK(exit_status(diff, FailOn::critical) == ExitStatus::findings);
}

TEST_CASE("an unchanged finding does not decide the exit status") {
    const auto document = document_of({check_of("volume.rows", "orders", Status::fail)});
    const auto diff = report_diff(saved({document, document}));
    CHECK(diff.checks.at(0).baseline == "unchanged");
    CHECK(exit_status(diff, FailOn::info) == ExitStatus::clean);
    CHECK(exit_status(document, FailOn::info) == ExitStatus::findings);
}

TEST_CASE("a finding that could not be checked again is not mended") {
    const auto before = document_of({check_of("volume.rows", "orders", Status::fail)});
    for (const auto status : {Status::error, Status::skipped}) {
        const auto diff =
            report_diff(saved({before, document_of({check_of("volume.rows", "orders", status)})}));
        CHECK(diff.checks.at(0).baseline.empty());
        CHECK(diff.checks.at(0).status == status);
    }
}

TEST_CASE("an error that has become a finding is a new one") {
    const auto diff =
        report_diff(saved({document_of({check_of("volume.rows", "orders", Status::error)}),
                           document_of({check_of("volume.rows", "orders", Status::fail)})}));
    CHECK(diff.checks.at(0).baseline == "new");
}
