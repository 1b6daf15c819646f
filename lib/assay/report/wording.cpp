// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/report/wording.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace assay {
namespace {

/// Texts that would look like something that is no text.
bool needs_quotes(std::string_view text) {
    if (text.empty() || text.front() == ' ' || text.back() == ' ') {
        return true;
    }
    const std::string lower = to_lower_ascii(text.substr(0, 6));
    return lower == "null" || lower == "true" || lower == "false";
}

struct ValueWords {
    std::string operator()(std::monostate) const { return "NULL"; }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return format_double(number); }
    std::string operator()(const std::string& text) const {
        return needs_quotes(text) ? fmt::format("'{}'", escape_text(text)) : escape_text(text);
    }
    std::string operator()(const Fact::List& list) const {
        std::string out;
        for (const auto& element : list) {
            out += (out.empty() ? "" : ", ") + value_words(element);
        }
        return out;
    }
    std::string operator()(const Facts& facts) const {
        std::string out;
        for (const auto& [name, value] : facts) {
            out += fmt::format("{}{} {}", out.empty() ? "" : ", ", escape_text(name),
                               value_words(value));
        }
        return out;
    }
};

std::optional<double> parse_number(std::string_view text) {
    double number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

std::optional<double> number_of(const Fact& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value.value)) {
        return static_cast<double>(*integer);
    }
    if (const auto* real = std::get_if<double>(&value.value)) {
        return *real;
    }
    // Integers that a double cannot hold are texts in JSON.
    const auto* text = std::get_if<std::string>(&value.value);
    return text != nullptr ? parse_number(*text) : std::nullopt;
}

/// Seconds or bytes as an integer; nullopt if 64 bits cannot hold them.
std::optional<std::int64_t> whole(double number, double scale) {
    constexpr double limit = 9.2e18;
    const double scaled = std::round(number * scale);
    if (!(std::fabs(scaled) < limit)) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(scaled);
}

std::string grouped(const Fact& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value.value)) {
        return group_digits(*integer);
    }
    if (const auto* real = std::get_if<double>(&value.value)) {
        return format_brief(*real);
    }
    return value_words(value);
}

/// "rows" of "1 rows" is "row".
std::string_view unit_for(std::string_view unit, std::string_view number) {
    if (number == "1" && unit.size() > 2 && unit.ends_with('s')) {
        unit.remove_suffix(1);
    }
    return unit;
}

std::string store_name(std::string_view kind) {
    if (kind == "sqlite") {
        return "SQLite";
    }
    return kind == "postgresql" ? "PostgreSQL" : escape_text(kind);
}

void add(std::string& list, const std::string& part) {
    if (!part.empty()) {
        list += (list.empty() ? "" : ", ") + part;
    }
}

std::string counted(std::int64_t count, std::string_view words) {
    return count == 0 ? "" : fmt::format("{} {}", group_digits(count), words);
}

std::string duration_words(std::int64_t milliseconds) {
    constexpr std::int64_t second = 1000;
    if (milliseconds < second / 10) {
        return fmt::format("{} ms", milliseconds);
    }
    if (milliseconds < 60 * second) {
        return fmt::format("{:.1f} s", static_cast<double>(milliseconds) / second);
    }
    constexpr std::int64_t micros_per_milli = micros_per_second / second;
    constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max() / micros_per_milli;
    return format_duration(std::min(milliseconds, longest - 1) * micros_per_milli);
}

struct Comparison {
    std::string_view sign;
    std::string_view words;
};
constexpr std::array comparisons{Comparison{"<= ", "at most "}, Comparison{">= ", "at least "},
                                 Comparison{"< ", "less than "}, Comparison{"> ", "more than "}};

/// "1 d" of "86400 s"; anything else as it is.
std::string limit_words(std::string_view limit) {
    const auto blank = limit.find(' ');
    if (blank != std::string_view::npos) {
        const std::string_view unit = limit.substr(blank + 1);
        const auto number = parse_number(limit.substr(0, blank));
        if (number && (unit == "s" || unit == "bytes")) {
            return quantity_words(*number, unit);
        }
    }
    return escape_text(limit);
}

/// Checks by what became of them since an earlier run.
struct Changes {
    Summary added;
    std::int64_t unchanged = 0;
    std::int64_t fixed = 0;
};

Changes changes_of(const Document& document) {
    Changes changes;
    Document added;
    for (const auto& check : document.checks) {
        changes.unchanged += check.baseline == "unchanged" && check.status == Status::fail ? 1 : 0;
        changes.fixed += check.baseline == "absent" ? 1 : 0;
        if (check.baseline != "unchanged" && check.baseline != "absent") {
            added.checks.push_back(check);
        }
    }
    changes.added = summarize(added);
    return changes;
}

/// Why the run cannot say that all is well; empty if it can.
std::string trouble(const Document& document, const Summary& summary) {
    if (!document.errors.empty()) {
        const auto more = static_cast<std::int64_t>(document.errors.size()) - 1;
        const std::string first = escape_text(document.errors.front().message);
        return more == 0 ? first : fmt::format("{} (and {})", first, count_of(more, "more error"));
    }
    if (!document.run.complete) {
        return "the run was cut short";
    }
    if (summary.error > 0) {
        return count_of(summary.error, "check") + " ended in an error";
    }
    return {};
}

Verdict grade(const Summary& summary, std::string detail) {
    if (summary.critical > 0) {
        return {Mark::critical, "FAIL", std::move(detail)};
    }
    if (summary.warning + summary.info > 0) {
        return {Mark::warning, "WARN", std::move(detail)};
    }
    return {Mark::pass, "PASS", std::move(detail)};
}

Verdict verdict_of_plan(const Document& document) {
    return {Mark::info, "PLAN",
            count_of(static_cast<std::int64_t>(document.plan.size()), "step") +
                ", nothing of it has run"};
}

std::string comparison_detail(const Document& document) {
    const Changes changes = changes_of(document);
    const Summary& added = changes.added;
    const std::string found = findings_words(added.critical, added.warning, added.info);
    std::string detail = found.empty() ? "nothing new" : "new: " + found;
    std::string rest;
    add(rest, counted(changes.unchanged, "still failing"));
    add(rest, counted(changes.fixed, "fixed"));
    return rest.empty() ? detail : detail + "; " + rest;
}

} // namespace

std::string value_words(const Fact& value) { return std::visit(ValueWords{}, value.value); }

std::string quantity_words(const Fact& value, std::string_view unit) {
    if (value.is_null()) {
        return {};
    }
    const auto number = number_of(value);
    if (number && unit == "s") {
        if (const auto micros = whole(*number, static_cast<double>(micros_per_second))) {
            return format_duration(*micros);
        }
    }
    if (number && unit == "bytes") {
        if (const auto bytes = whole(*number, 1)) {
            return format_bytes(*bytes);
        }
    }
    if (number && unit == "fraction") {
        return format_percent(*number);
    }
    const std::string digits = grouped(value);
    return unit.empty() ? digits
                        : fmt::format("{} {}", digits, escape_text(unit_for(unit, digits)));
}

std::string expected_words(std::string_view expected) {
    for (const auto& comparison : comparisons) {
        if (expected.starts_with(comparison.sign)) {
            const std::string limit = limit_words(expected.substr(comparison.sign.size()));
            const bool zero = comparison.sign == "<= " && limit.starts_with("0 ");
            return zero ? limit : std::string(comparison.words) + limit;
        }
    }
    return escape_text(expected);
}

std::string comparison_words(const CheckResult& check) {
    std::string words;
    if (!check.expected.empty()) {
        words = "expected " + expected_words(check.expected);
    }
    const std::string observed = quantity_words(check.observed.value, check.observed.unit);
    if (!observed.empty()) {
        add(words, "observed " + observed);
        words += check.method == Method::estimate ? " (estimate)" : "";
        words += check.method == Method::sample ? " (in a sample)" : "";
    }
    return words;
}

std::string count_words(const std::optional<Count>& count) {
    if (!count) {
        return {};
    }
    return (count->method == Method::exact ? "" : "~") + group_digits(count->value);
}

std::string bytes_words(const BytesRecord& bytes) {
    const auto size = bytes.total ? bytes.total : bytes.table;
    if (!size) {
        return {};
    }
    return (bytes.method == Method::exact ? "" : "~") + format_bytes(*size);
}

std::string cost_words(const PlanRecord& step) {
    constexpr std::int64_t worth_a_word = 1'000'000;
    if (!step.bytes || *step.bytes < worth_a_word) {
        return {};
    }
    std::string words = "~" + format_bytes(*step.bytes);
    if (step.seconds) {
        words +=
            *step.seconds < 1
                ? ", under 1 s"
                : ", ~" + format_duration(static_cast<Micros>(*step.seconds) * micros_per_second);
    }
    return words;
}

std::string sample_words(const TableRecord& table) {
    if (!table.rows || !table.rows_examined || table.rows->value <= *table.rows_examined ||
        *table.rows_examined == 0) {
        return {};
    }
    return "sample of " + format_percent(static_cast<double>(*table.rows_examined) /
                                         static_cast<double>(table.rows->value));
}

std::string instant_words(Micros micros) {
    return format_timestamp(micros - micros % micros_per_second) + " UTC";
}

std::vector<std::string> source_words(const SourceRecord& source) {
    std::vector<std::string> words{escape_text(source.url)};
    std::string store = store_name(source.kind);
    if (!source.server_version.empty()) {
        store += " " + escape_text(source.server_version);
    }
    words.push_back(std::move(store));
    if (!source.role.empty() && source.role != "primary") {
        words.push_back(escape_text(source.role));
    }
    if (source.snapshot_at != 0) {
        words.push_back("snapshot " + instant_words(source.snapshot_at));
    }
    if (!source.read_only) {
        words.emplace_back("not read-only");
    }
    std::erase(words, "");
    return words;
}

std::string findings_words(std::int64_t critical, std::int64_t warning, std::int64_t info) {
    std::string words;
    add(words, counted(critical, "critical"));
    add(words, counted(warning, warning == 1 ? "warning" : "warnings"));
    add(words, counted(info, "info"));
    return words;
}

std::string coverage_words(const Document& document) {
    const Summary summary = summarize(document);
    if (document.run.command == "report prune") {
        return {}; // no database is opened
    }
    std::string words = summary.tables == 0 ? "" : count_of(summary.tables, "table");
    // Where only the end of an index was read, the rows of the table were not counted.
    const bool is_part = summary.rows_examined == 0 && document.cost.rows_read > 0;
    add(words, is_part ? count_of(document.cost.rows_read, "row") + " read"
                       : count_of(summary.rows_examined, "row") + " examined");
    return words;
}

std::string outcome_words(const Document& document) {
    const Summary summary = summarize(document);
    const std::int64_t checks = summary.pass + summary.fail + summary.error + summary.skipped;
    std::string outcome;
    add(outcome, counted(summary.pass, "passed"));
    add(outcome, counted(summary.fail, "failed"));
    add(outcome, counted(summary.error, summary.error == 1 ? "error" : "errors"));
    add(outcome, counted(summary.skipped, "skipped"));
    return fmt::format("{}{}{}  in {}", checks == 0 ? "no checks" : count_of(checks, "check"),
                       outcome.empty() ? "" : ": ", outcome,
                       duration_words(document.run.duration_ms));
}

bool is_comparison(const Document& document) noexcept {
    if (document.run.command == "report diff") {
        return true;
    }
    return std::any_of(document.checks.begin(), document.checks.end(),
                       [](const CheckResult& check) { return !check.baseline.empty(); });
}

Verdict verdict(const Document& document) {
    const Summary summary = summarize(document);
    const std::string found = findings_words(summary.critical, summary.warning, summary.info);
    const std::string why = trouble(document, summary);
    if (!why.empty()) {
        return {Mark::error, "ERROR",
                "could not tell: " + why + (found.empty() ? "" : "; " + found)};
    }
    if (document.checks.empty()) {
        return document.plan.empty() ? Verdict{Mark::error, "ERROR", "nothing was checked"}
                                     : verdict_of_plan(document);
    }
    if (is_comparison(document)) {
        return grade(changes_of(document).added, comparison_detail(document));
    }
    return grade(summary, found.empty() ? "no findings" : found);
}

} // namespace assay
