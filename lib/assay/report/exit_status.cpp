// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/report/document.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace assay {
namespace {

/// A finding that an earlier run had and this one has not: shown as fixed, never counted.
bool is_fixed(const CheckResult& check) noexcept { return check.baseline == "absent"; }

bool is_caller_error(const ErrorRecord& error) noexcept {
    return error.kind == to_string(ErrorKind::usage) ||
           error.kind == to_string(ErrorKind::not_found);
}

bool reaches(Severity severity, FailOn fail_on) noexcept {
    switch (fail_on) {
    case FailOn::info: return true;
    case FailOn::warning: return severity != Severity::info;
    case FailOn::critical: return severity == Severity::critical;
    case FailOn::never: return false;
    }
    return true;
}

void count_finding(Summary& summary, Severity severity) noexcept {
    switch (severity) {
    case Severity::critical: ++summary.critical; return;
    case Severity::warning: ++summary.warning; return;
    case Severity::info: ++summary.info; return;
    }
}

void count_check(Summary& summary, const CheckResult& check) noexcept {
    switch (check.status) {
    case Status::pass: ++summary.pass; return;
    case Status::error: ++summary.error; return;
    case Status::skipped: ++summary.skipped; return;
    case Status::fail:
        if (!is_fixed(check)) {
            ++summary.fail;
            count_finding(summary, check.severity);
        }
        return;
    }
}

/// Rows that were read of all tables. Checks of one table share its scan, so the largest number of
/// a table counts once.
std::int64_t rows_examined(const Document& document) {
    std::map<std::pair<std::string_view, std::string>, std::int64_t> largest;
    for (const auto& table : document.tables) {
        auto& rows = largest[{table.source, qualified_name({table.schema, table.name})}];
        rows = std::max(rows, table.rows_examined.value_or(0));
    }
    for (const auto& check : document.checks) {
        if (!is_fixed(check)) {
            auto& rows = largest[{check.source, check.table}];
            rows = std::max(rows, check.rows_examined.value_or(0));
        }
    }
    std::int64_t sum = 0;
    for (const auto& [place, rows] : largest) {
        sum += rows;
    }
    return sum;
}

/// Was the question whether rows are there twice, and could no check answer it?
bool is_unanswered(const std::vector<CheckResult>& checks) {
    bool any = false;
    for (const auto& check : checks) {
        if (is_fixed(check)) {
            continue;
        }
        if (check.status != Status::skipped) {
            return false;
        }
        any = any || check.id.starts_with("duplicates.");
    }
    return any;
}

} // namespace

Summary summarize(const Document& document) noexcept {
    Summary summary;
    summary.tables = static_cast<std::int64_t>(document.tables.size());
    summary.rows_examined = rows_examined(document);
    for (const auto& check : document.checks) {
        count_check(summary, check);
    }
    return summary;
}

std::optional<FailOn> parse_fail_on(std::string_view text) noexcept {
    if (text == "info") {
        return FailOn::info;
    }
    if (text == "warning") {
        return FailOn::warning;
    }
    if (text == "critical") {
        return FailOn::critical;
    }
    if (text == "never") {
        return FailOn::never;
    }
    return std::nullopt;
}

ExitStatus exit_status(const Document& document, FailOn fail_on) noexcept {
    const auto& errors = document.errors;
    const auto& checks = document.checks;
    if (std::any_of(errors.begin(), errors.end(), is_caller_error)) {
        return ExitStatus::usage;
    }
    const bool check_error = std::any_of(checks.begin(), checks.end(), [](const auto& check) {
        return check.status == Status::error;
    });
    if (!errors.empty() || !document.run.complete || check_error || is_unanswered(checks)) {
        return ExitStatus::incomplete;
    }
    if (checks.empty() && document.plan.empty()) {
        return ExitStatus::usage;
    }
    const bool finding = std::any_of(checks.begin(), checks.end(), [&](const auto& check) {
        return check.status == Status::fail && check.baseline != "unchanged" && !is_fixed(check) &&
               reaches(check.severity, fail_on);
    });
    return finding ? ExitStatus::findings : ExitStatus::clean;
}

} // namespace assay
