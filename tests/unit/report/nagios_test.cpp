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
