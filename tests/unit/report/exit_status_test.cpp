// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "samples.hpp"

#include "assay/base/error.hpp"
#include "assay/report/document.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace assay::test {
namespace {

const std::vector<ErrorKind> all_kinds{
    ErrorKind::usage,  ErrorKind::not_found, ErrorKind::connection, ErrorKind::permission,
    ErrorKind::query,  ErrorKind::timeout,   ErrorKind::locked,     ErrorKind::changed,
    ErrorKind::output, ErrorKind::cancelled, ErrorKind::internal,   ErrorKind::interrupted,
    ErrorKind::limit};

CheckResult result(Status status, Severity severity, const std::string& baseline) {
    CheckResult check;
    check.id = "a.b";
    check.status = status;
    check.severity = severity;
    check.baseline = baseline;
    return check;
}

/// Every result a check can have.
std::vector<CheckResult> all_results() {
    std::vector<CheckResult> results;
    for (const Status status : {Status::pass, Status::fail, Status::skipped, Status::error}) {
        for (const Severity severity : {Severity::info, Severity::warning, Severity::critical}) {
            for (const char* baseline : {"", "new", "unchanged", "absent"}) {
                results.push_back(result(status, severity, baseline));
            }
        }
    }
    return results;
}

/// No check, each check alone, and each pair of them.
std::vector<std::vector<CheckResult>> all_check_lists() {
    std::vector<std::vector<CheckResult>> lists{{}};
    const auto results = all_results();
    for (const auto& first : results) {
        lists.push_back({first});
        for (const auto& second : results) {
            lists.push_back({first, second});
        }
    }
    return lists;
}

/// No error, each error alone, and the worst next to the mildest.
std::vector<std::vector<ErrorRecord>> all_error_lists() {
    std::vector<std::vector<ErrorRecord>> lists{{}};
    for (const ErrorKind kind : all_kinds) {
        lists.push_back({{std::string(to_string(kind)), "m", ""}});
    }
    lists.push_back({{"connection", "m", ""}, {"usage", "m", ""}});
    lists.push_back({{"timeout", "m", ""}, {"not_found", "m", ""}});
    return lists;
}

bool counts(const CheckResult& check, FailOn fail_on) {
    if (check.status != Status::fail || check.baseline == "unchanged" ||
        check.baseline == "absent" || fail_on == FailOn::never) {
        return false;
    }
    return static_cast<int>(check.severity) >= static_cast<int>(fail_on);
}

/// The rule again, written as a table of who votes for what and who wins.
int expected(const Document& document, FailOn fail_on) {
    std::vector<int> votes{0};
    for (const auto& error : document.errors) {
        votes.push_back(error.kind == "usage" || error.kind == "not_found" ? 2 : 3);
    }
    votes.push_back(document.run.complete ? 0 : 3);
    for (const auto& check : document.checks) {
        votes.push_back(check.status == Status::error ? 3 : counts(check, fail_on) ? 1 : 0);
    }
    const bool untroubled = std::count(votes.begin(), votes.end(), 3) == 0;
    votes.push_back(document.checks.empty() && document.plan.empty() && untroubled ? 2 : 0);
    for (const int winner : {2, 3, 1}) {
        if (std::find(votes.begin(), votes.end(), winner) != votes.end()) {
            return winner;
        }
    }
    return 0;
}

} // namespace

TEST_CASE("the exit status follows its truth table") {
    const auto check_lists = all_check_lists();
    std::size_t cases = 0;
    std::size_t wrong = 0;
    std::vector<int> seen(4, 0);
    for (const auto& errors : all_error_lists()) {
        for (const auto& checks : check_lists) {
            for (const bool complete : {true, false}) {
                for (const bool plan : {true, false}) {
                    Document document;
                    document.errors = errors;
                    document.checks = checks;
                    document.run.complete = complete;
                    document.plan.resize(plan ? 1 : 0);
                    for (const FailOn fail_on :
                         {FailOn::info, FailOn::warning, FailOn::critical, FailOn::never}) {
                        const int status = static_cast<int>(exit_status(document, fail_on));
                        ++cases;
                        wrong += status == expected(document, fail_on) ? 0 : 1;
                        ++seen[static_cast<std::size_t>(status)];
                    }
                }
            }
        }
    }
    CHECK(cases == 16 * (1 + 48 + 48 * 48) * 2 * 2 * 4);
    CHECK(wrong == 0);
    CHECK(std::count(seen.begin(), seen.end(), 0) == 0);
}

TEST_CASE("the rows of the truth table that people rely on") {
    const auto status = [](Document document, FailOn fail_on = FailOn::critical) {
        return static_cast<int>(exit_status(document, fail_on));
    };
    Document document;
    CHECK(status(document) == 2); // nothing was selected
    document.plan.resize(1);
    CHECK(status(document) == 0); // only a plan
    document.plan.clear();

    document.checks = {result(Status::pass, Severity::critical, "")};
    CHECK(status(document) == 0);
    document.checks.push_back(result(Status::skipped, Severity::critical, ""));
    CHECK(status(document) == 0);
    document.checks.push_back(result(Status::fail, Severity::warning, ""));
    CHECK(status(document) == 0);
    CHECK(status(document, FailOn::warning) == 1);
    CHECK(status(document, FailOn::info) == 1);
    CHECK(status(document, FailOn::never) == 0);

    document.checks.push_back(result(Status::fail, Severity::critical, "unchanged"));
    CHECK(status(document) == 0);
    document.checks.back().baseline = "absent";
    CHECK(status(document) == 0);
    document.checks.back().baseline = "new";
    CHECK(status(document) == 1);

    document.checks.push_back(result(Status::error, Severity::info, ""));
    CHECK(status(document) == 3);
    CHECK(status(document, FailOn::never) == 3);
    document.errors = {{"not_found", "no table is called x", ""}};
    CHECK(status(document) == 2);
}

TEST_CASE("a run that a signal ended before its first check could not tell") {
    Document document;
    document.run.complete = false;
    CHECK(exit_status(document, FailOn::critical) == ExitStatus::incomplete);
}

TEST_CASE("duplicates that nobody could look for are no pass") {
    Document document;
    const auto status = [&](FailOn fail_on) {
        return static_cast<int>(exit_status(document, fail_on));
    };
    CheckResult skipped = result(Status::skipped, Severity::critical, "");
    skipped.id = "duplicates.surplus";
    CheckResult near = skipped;
    near.id = "duplicates.near";
    document.checks = {skipped, near};
    CHECK(status(FailOn::critical) == 3);
    CHECK(status(FailOn::never) == 3);
    near.status = Status::pass;
    document.checks = {skipped, near};
    CHECK(status(FailOn::critical) == 0);
    near.status = Status::fail;
    document.checks = {skipped, near};
    CHECK(status(FailOn::critical) == 1);
    near.baseline = "absent";
    document.checks = {skipped, near};
    CHECK(status(FailOn::critical) == 3);
    document.checks = {skipped, result(Status::fail, Severity::critical, "")};
    CHECK(status(FailOn::critical) == 1); // of several results, one told something
    document.checks = {result(Status::skipped, Severity::critical, "")};
    CHECK(status(FailOn::critical) == 0); // what is learning will know later
}

TEST_CASE("only the four words of --fail-on are understood") {
    CHECK(parse_fail_on("info") == FailOn::info);
    CHECK(parse_fail_on("warning") == FailOn::warning);
    CHECK(parse_fail_on("critical") == FailOn::critical);
    CHECK(parse_fail_on("never") == FailOn::never);
    CHECK(parse_fail_on("") == std::nullopt);
    CHECK(parse_fail_on("Critical") == std::nullopt);
    CHECK(parse_fail_on("error") == std::nullopt);
}

TEST_CASE("the summary counts checks by status and findings by severity") {
    const Summary summary = summarize(shop_audit());
    CHECK(summary.tables == 5);
    CHECK(summary.pass == 1);
    CHECK(summary.fail == 3);
    CHECK(summary.error == 1);
    CHECK(summary.skipped == 1);
    CHECK(summary.critical == 1);
    CHECK(summary.warning == 1);
    CHECK(summary.info == 1);
}

TEST_CASE("rows of a table count once, however many checks looked at them") {
    Document document;
    CHECK(summarize(document).rows_examined == 0);
    document.checks = {result(Status::pass, Severity::info, ""),
                       result(Status::pass, Severity::info, ""),
                       result(Status::pass, Severity::info, "")};
    document.checks[0].table = "public.a";
    document.checks[0].rows_examined = 10;
    document.checks[1].table = "public.a";
    document.checks[1].rows_examined = 8;
    document.checks[2].table = "public.b";
    document.checks[2].rows_examined = 5;
    CHECK(summarize(document).rows_examined == 15);
    document.tables.resize(1);
    document.tables[0].schema = "public";
    document.tables[0].name = "a";
    document.tables[0].rows_examined = 12;
    CHECK(summarize(document).rows_examined == 17);
}

TEST_CASE("a finding that is fixed is no finding") {
    Document document;
    document.checks = {result(Status::fail, Severity::critical, "absent"),
                       result(Status::fail, Severity::warning, "unchanged")};
    const Summary summary = summarize(document);
    CHECK(summary.fail == 1);
    CHECK(summary.critical == 0);
    CHECK(summary.warning == 1);
}

} // namespace assay::test
