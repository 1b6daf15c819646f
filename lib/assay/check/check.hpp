// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/fact.hpp"
#include "assay/metric/profile.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// How soon somebody must look: next sprint, next business day, now.
enum class Severity : std::uint8_t { info, warning, critical };
/// What came of a check. skipped and error are never pass.
enum class Status : std::uint8_t { pass, fail, skipped, error };
std::string_view to_string(Severity severity) noexcept;
std::string_view to_string(Status status) noexcept;
std::optional<Severity> parse_severity(std::string_view text) noexcept;
std::optional<Status> parse_status(std::string_view text) noexcept;
std::optional<Method> parse_method(std::string_view text) noexcept;

/// A measured number with its unit ("s", "rows", "%"); the value is null when nothing was measured.
struct Observed {
    Fact value;
    std::string unit;
    friend bool operator==(const Observed&, const Observed&) = default;
};

/// What one check said about one place. A finding is a result with status fail. Names and messages
/// are raw: writers escape them.
struct CheckResult {
    std::string id;     ///< "freshness.max_age", stable across releases
    std::string source; ///< "a", "b"; empty when it concerns both
    std::string table;  ///< "public.orders", or empty
    std::vector<std::string> columns;
    Status status = Status::pass;
    Severity severity = Severity::warning;
    Observed observed;
    std::string expected; ///< "<= 86400 s"
    std::string message;  ///< one sentence; for skipped and error the reason
    std::string remedy;   ///< what to do next, or empty
    Method method = Method::exact;
    std::optional<std::int64_t> rows_examined;
    std::optional<std::int64_t> rows_failed;
    Facts evidence;
    /// Against an earlier run, as SARIF has it: "new", "unchanged", "absent" (fixed); else empty.
    /// An unchanged finding does not decide the exit status.
    std::string baseline;
    std::string error_kind; ///< of an error: "timeout", "permission", ...; else empty
    std::string
        fingerprint; ///< 16 hex digits: same place and rule, same fingerprint, run after run
    std::int64_t duration_ms = 0;
    friend bool operator==(const CheckResult&, const CheckResult&) = default;
};

/// The fingerprint of a result, from its id, table and columns; never from values.
std::string check_fingerprint(const CheckResult& result);

/// The built-in rule behind a check id.
struct CheckRule {
    std::string_view id;
    Severity severity;
    std::string_view what;   ///< what it looks at, one sentence
    std::string_view remedy; ///< what to do about it, one sentence
};

/// Every check id that assay can print, in the order of the manual.
const std::vector<CheckRule>& check_rules();
/// @return the rule of that id. Asking for an unknown id is our bug.
const CheckRule& check_rule(std::string_view id);
/// A result of that rule, with severity and remedy filled in.
CheckResult make_result(std::string_view id, const TableRef& table,
                        std::vector<std::string> columns);

} // namespace assay
