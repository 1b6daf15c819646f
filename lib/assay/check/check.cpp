// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/check.hpp"

#include "assay/base/hash.hpp"

#include <array>
#include <utility>

namespace assay {
namespace {

constexpr std::array severities{Severity::info, Severity::warning, Severity::critical};
constexpr std::array statuses{Status::pass, Status::fail, Status::skipped, Status::error};
constexpr std::array methods{Method::exact, Method::estimate, Method::sample};

template <typename Enum, std::size_t size>
std::optional<Enum> parse_name(const std::array<Enum, size>& values,
                               std::string_view text) noexcept {
    for (const Enum value : values) {
        if (to_string(value) == text) {
            return value;
        }
    }
    return std::nullopt;
}

} // namespace

std::string_view to_string(Severity severity) noexcept {
    switch (severity) {
    case Severity::info: return "info";
    case Severity::warning: return "warning";
    case Severity::critical: return "critical";
    }
    return "critical";
}

std::string_view to_string(Status status) noexcept {
    switch (status) {
    case Status::pass: return "pass";
    case Status::fail: return "fail";
    case Status::skipped: return "skipped";
    case Status::error: return "error";
    }
    return "error";
}

std::optional<Severity> parse_severity(std::string_view text) noexcept {
    return parse_name(severities, text);
}

std::optional<Status> parse_status(std::string_view text) noexcept {
    return parse_name(statuses, text);
}

std::optional<Method> parse_method(std::string_view text) noexcept {
    return parse_name(methods, text);
}

std::string check_fingerprint(const CheckResult& result) {
    // A NUL cannot be part of a name in either store, so the parts cannot run into each other.
    std::string place = result.id + '\0' + result.table;
    for (const auto& column : result.columns) {
        place += '\0' + column;
    }
    return hex64(hash64(place));
}

CheckResult make_result(std::string_view id, const TableRef& table,
                        std::vector<std::string> columns) {
    const CheckRule& rule = check_rule(id);
    CheckResult result;
    result.id = rule.id;
    result.table = qualified_name(table);
    result.columns = std::move(columns);
    result.severity = rule.severity;
    result.remedy = rule.remedy;
    result.fingerprint = check_fingerprint(result);
    return result;
}

} // namespace assay
