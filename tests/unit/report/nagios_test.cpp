// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/report/writer.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace assay;

TEST_CASE("a monitoring plugin hears of critical findings first, and never ok for nothing") {
    Document document;
    CHECK(nagios_status(document) == NagiosStatus::unknown);
    CheckResult check;
    check.status = Status::skipped;
    document.checks = {check};
    CHECK(nagios_status(document) == NagiosStatus::unknown);
    document.checks.front().evidence = {{"would_be", "fail"}}; // a dry run
    CHECK(nagios_status(document) == NagiosStatus::ok);
    check.status = Status::pass;
    document.checks = {check};
    CHECK(nagios_status(document) == NagiosStatus::ok);
    check.status = Status::fail;
    check.severity = Severity::warning;
    document.checks.push_back(check);
    CHECK(nagios_status(document) == NagiosStatus::warning);
    document.run.complete = false;
    CHECK(nagios_status(document) == NagiosStatus::unknown);
    check.severity = Severity::critical;
    check.message = "a|b\nc";
    document.checks.push_back(check);
    CHECK(nagios_status(document) == NagiosStatus::critical);
    CHECK(write_nagios(document).find("a/b\\nc") != std::string::npos);
}

TEST_CASE("the name of a command that was read from a file is escaped") {
    Document document;
    document.run.command = "au\x7f\x1b[1m|dit";
    CHECK(write_nagios(document).starts_with("AU\\x7f\\x1b[1M/DIT UNKNOWN - "));
}

TEST_CASE("performance data tells ages, lateness and oldest rows apart, and nothing else") {
    Document document;
    const auto add = [&document](std::string id, std::int64_t seconds, std::string expected) {
        CheckResult check;
        check.id = std::move(id);
        check.table = "t";
        check.observed = {seconds, "s"};
        check.expected = std::move(expected);
        document.checks.push_back(check);
    };
    add("freshness.max_age", 10, "<= 60 s");
    add("freshness.warn_age", 10, "<= 30 s");
    add("freshness.deadline", 5, "<= 1800 s");
    add("freshness.retention", 900, "<= 1000 s");
    add("freshness.not_advancing", 7, "<= 70 s");
    CHECK(write_nagios(document).ends_with(
        "| 't age'=10s;30;60;0 't late'=5s;;1800;0 't oldest'=900s;;1000;0\n"));
}

TEST_CASE("a document that somebody edited adds no line and no number for a monitoring plugin") {
    Document document;
    document.run.command = "audit\nOK | x=1";
    CheckResult check;
    check.id = "freshness.max_age";
    check.table = "t";
    check.observed = {10, "s"};
    check.expected = "<= 60;0 'y'=1\n s";
    document.checks.push_back(check);
    const std::string line = write_nagios(document);
    CHECK(line.starts_with("AUDIT\\nOK / X=1 OK - "));
    CHECK(line.ends_with("| 't age'=10s;;;0\n"));
    CHECK(line.find('\n') == line.size() - 1);
}
