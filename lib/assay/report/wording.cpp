// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/report/wording.hpp"

#include "assay/base/text.hpp"

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

void add(TerminalText& list, const TerminalText& part, const TerminalText& between = ", ") {
    if (!part.empty()) {
        list += list.empty() ? part : between + part;
    }
}

struct ValueWords {
    TerminalText operator()(std::monostate) const { return "NULL"; }
    TerminalText operator()(bool flag) const { return flag ? TerminalText("true") : "false"; }
    TerminalText operator()(std::int64_t number) const { return terminal::compose("{}", number); }
    TerminalText operator()(double number) const { return terminal::format_double(number); }
    TerminalText operator()(const std::string& text) const {
        return needs_quotes(text) ? terminal::compose("'{}'", terminal::escaped(text))
                                  : terminal::escaped(text);
    }
    TerminalText operator()(const Fact::List& list) const {
        TerminalText out;
        for (const auto& element : list) {
            // Each has commas of its own.
            const bool has_parts = std::holds_alternative<Facts>(element.value);
            add(out, value_words(element), has_parts ? TerminalText("; ") : ", ");
        }
        return out;
    }
    TerminalText operator()(const Facts& facts) const {
        TerminalText out;
        for (const auto& [name, value] : facts) {
            const TerminalText label = name.empty() ? "\"\"" : terminal::escaped(name);
            add(out, label + " " + value_words(value));
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

/// "rows" of "1 rows" is "row".
std::string_view unit_for(std::string_view unit, std::string_view number) {
    if (number == "1" && unit == "rows at least") {
        return "row at least";
    }
    if (number == "1" && unit.size() > 2 && unit.ends_with('s')) {
        unit.remove_suffix(1);
    }
    return unit;
}

TerminalText store_name(std::string_view kind) {
    if (kind == "sqlite") {
        return "SQLite";
    }
    return kind == "postgresql" ? TerminalText("PostgreSQL") : terminal::escaped(kind);
}

TerminalText counted(std::int64_t count, const TerminalText& words) {
    return count == 0 ? TerminalText()
                      : terminal::compose("{} {}", terminal::group_digits(count), words);
}

TerminalText duration_words(std::int64_t milliseconds) {
    constexpr std::int64_t second = 1000;
    if (milliseconds < second / 10) {
        return terminal::compose("{} ms", milliseconds);
    }
    if (milliseconds < 60 * second) {
        return terminal::compose("{:.1f} s", static_cast<double>(milliseconds) / second);
    }
    constexpr std::int64_t micros_per_milli = micros_per_second / second;
    constexpr std::int64_t longest = std::numeric_limits<std::int64_t>::max() / micros_per_milli;
    return terminal::format_duration(std::min(milliseconds, longest - 1) * micros_per_milli);
}

struct Comparison {
    std::string_view sign;
    std::string_view words; ///< of assay
};
constexpr std::array comparisons{Comparison{"<= ", "at most "}, Comparison{">= ", "at least "},
                                 Comparison{"< ", "less than "}, Comparison{"> ", "more than "}};

/// "1 d" of "86400 s"; anything else as it is.
TerminalText limit_words(std::string_view limit) {
    const auto blank = limit.find(' ');
    if (blank != std::string_view::npos) {
        const std::string_view unit = limit.substr(blank + 1);
        const auto number = parse_number(limit.substr(0, blank));
        if (number && (unit == "s" || unit == "bytes")) {
            return quantity_words(*number, unit);
        }
    }
    return terminal::escaped(limit);
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
TerminalText trouble(const Document& document, const Summary& summary) {
    if (!document.errors.empty()) {
        const auto more = static_cast<std::int64_t>(document.errors.size()) - 1;
        const TerminalText first = terminal::escaped(document.errors.front().message);
        return more == 0 ? first
                         : terminal::compose("{} (and {})", first,
                                             terminal::count_of(more, "more error"));
    }
    if (!document.run.complete) {
        return "the run was cut short";
    }
    if (summary.error > 0) {
        return terminal::count_of(summary.error, "check") + " ended in an error";
    }
    return {};
}

Verdict grade(const Summary& summary, TerminalText detail) {
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
            terminal::count_of(static_cast<std::int64_t>(document.plan.size()), "step") +
                ", nothing of it has run"};
}

/// What the checks of a dry run would be; nullopt: it is none.
std::optional<Verdict> verdict_of_dry_run(const Document& document) {
    Summary tried;
    bool is_dry = false;
    for (const CheckResult& check : document.checks) {
        const Fact* status = find_fact(check.evidence, "would_be");
        if (status == nullptr) {
            continue;
        }
        is_dry = true;
        const Fact* severity = find_fact(check.evidence, "would_be_severity");
        tried.pass += *status == Fact("pass") ? 1 : 0;
        tried.critical += severity != nullptr && *severity == Fact("critical") ? 1 : 0;
        tried.warning += severity != nullptr && *severity == Fact("warning") ? 1 : 0;
    }
    if (!is_dry) {
        return std::nullopt;
    }
    TerminalText words;
    add(words, findings_words(tried.critical, tried.warning, 0));
    add(words, counted(tried.pass, "passed"));
    return Verdict{Mark::skipped, "DRY RUN",
                   words.empty() ? TerminalText("would judge nothing yet") : "would be: " + words};
}

TerminalText comparison_detail(const Document& document) {
    const Changes changes = changes_of(document);
    const Summary& added = changes.added;
    const TerminalText found = findings_words(added.critical, added.warning, added.info);
    TerminalText detail = found.empty() ? TerminalText("nothing new") : "new: " + found;
    TerminalText rest;
    add(rest, counted(changes.unchanged, "still failing"));
    add(rest, counted(changes.fixed, "fixed"));
    return rest.empty() ? detail : detail + "; " + rest;
}

TerminalText seconds_words(double seconds) {
    return seconds < 1
               ? TerminalText("under 1 s")
               : "~" + terminal::format_duration(static_cast<Micros>(seconds) * micros_per_second);
}

TerminalText hash_cost_words(const HashCostRecord& cost) {
    return "~" + terminal::format_bytes(cost.bytes) + " sent, " + seconds_words(cost.seconds);
}

bool is_on_server(const SourceRecord& source) noexcept { return source.kind == "postgresql"; }

/// What a server sent of what was read, where a file was read as well.
TerminalText words_of_server_share(const Document& document) {
    const std::int64_t bytes = document.cost.bytes_from_server;
    return bytes > 0 && bytes < document.cost.bytes_read
               ? ", " + terminal::format_bytes(bytes) + " of them from the server"
               : TerminalText();
}

/// The surplus as a share of the rows that were compared; nullopt of other checks, and without
/// rows.
std::optional<double> share_observed(const CheckResult& check) {
    const Fact* compared = find_fact(check.evidence, "compared_rows");
    const Fact* rows = compared != nullptr ? compared : find_fact(check.evidence, "rows");
    const auto all = rows == nullptr ? std::nullopt : number_of(*rows);
    const auto surplus = number_of(check.observed.value);
    const bool is_surplus = check.id.starts_with("duplicates.") && check.observed.unit == "rows";
    if (!is_surplus || !all || !surplus || *all <= 0 || *surplus <= 0) {
        return std::nullopt;
    }
    return *surplus / *all;
}

} // namespace

TerminalText value_words(const Fact& value) { return std::visit(ValueWords{}, value.value); }

TerminalText number_words(const Fact& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value.value)) {
        return terminal::group_digits(*integer);
    }
    if (const auto* real = std::get_if<double>(&value.value)) {
        return terminal::format_brief(*real);
    }
    return value_words(value);
}

TerminalText quantity_words(const Fact& value, std::string_view unit) {
    if (value.is_null()) {
        return {};
    }
    const auto number = number_of(value);
    if (number && unit == "s") {
        if (const auto micros = whole(*number, static_cast<double>(micros_per_second))) {
            return terminal::format_duration(*micros);
        }
    }
    if (number && unit == "bytes") {
        if (const auto bytes = whole(*number, 1)) {
            return terminal::format_bytes(*bytes);
        }
    }
    if (number && unit == "fraction") {
        return terminal::format_percent(*number);
    }
    const TerminalText digits = number_words(value);
    return unit.empty()
               ? digits
               : terminal::compose("{} {}", digits, terminal::escaped(unit_for(unit, digits)));
}

TerminalText expected_words(std::string_view expected) {
    for (const auto& comparison : comparisons) {
        if (expected.starts_with(comparison.sign)) {
            const TerminalText limit = limit_words(expected.substr(comparison.sign.size()));
            const bool zero = comparison.sign == "<= " && limit.text().starts_with("0 ");
            return zero ? limit : terminal::ours(comparison.words) + limit;
        }
    }
    return terminal::escaped(expected);
}

TerminalText comparison_words(const CheckResult& check) {
    TerminalText words;
    if (!check.expected.empty()) {
        words = "expected " + expected_words(check.expected);
        const Fact* method = find_fact(check.evidence, "expected_method");
        words += method == nullptr ? TerminalText() : " (" + value_words(*method) + ")";
    }
    const TerminalText observed = quantity_words(check.observed.value, check.observed.unit);
    if (!observed.empty()) {
        add(words, "observed " + observed);
        TerminalText remark;
        if (const auto share = share_observed(check)) {
            add(remark, terminal::format_percent(*share));
        }
        add(remark, check.method == Method::estimate ? TerminalText("estimate") : "");
        add(remark, check.method == Method::sample ? TerminalText("in a sample") : "");
        words += remark.empty() ? TerminalText() : " (" + remark + ")";
    }
    return words;
}

TerminalText count_words(const std::optional<Count>& count) {
    if (!count) {
        return {};
    }
    return (count->method == Method::exact ? TerminalText() : "~") +
           terminal::group_digits(count->value);
}

TerminalText bytes_words(const BytesRecord& bytes) {
    const auto size = bytes.total ? bytes.total : bytes.table;
    if (!size) {
        return {};
    }
    return (bytes.method == Method::exact ? TerminalText() : "~") + terminal::format_bytes(*size);
}

TerminalText hashing_words(const PlanRecord& step) {
    if (!step.hashing) {
        return {};
    }
    const HashingRecord& hashing = *step.hashing;
    const TerminalText client = hash_cost_words(hashing.client);
    if (!hashing.server) {
        return "hashed by the client: " + client +
               "; no server can: " + terminal::escaped(hashing.obstacle);
    }
    const TerminalText server = hash_cost_words(*hashing.server);
    return hashing.by == "server"
               ? "hashed by the server: " + server + "; by the client: " + client
               : "hashed by the client: " + client + "; by the server: " + server;
}

TerminalText cost_words(const PlanRecord& step) {
    constexpr std::int64_t worth_a_word = 1'000'000;
    if (!step.bytes || *step.bytes < worth_a_word) {
        return {};
    }
    TerminalText words = "~" + terminal::format_bytes(*step.bytes);
    if (step.seconds) {
        words += ", " + seconds_words(*step.seconds);
    }
    return words;
}

TerminalText sample_words(const TableRecord& table) {
    if (!table.rows || !table.rows_examined || table.rows->value <= *table.rows_examined ||
        *table.rows_examined == 0) {
        return {};
    }
    return "sample of " + terminal::format_percent(static_cast<double>(*table.rows_examined) /
                                                   static_cast<double>(table.rows->value));
}

TerminalText instant_words(Micros micros) {
    return terminal::ours(format_timestamp(micros - micros % micros_per_second)) + " UTC";
}

std::vector<TerminalText> source_words(const SourceRecord& source) {
    std::vector<TerminalText> words{terminal::escaped(source.url)};
    TerminalText store = store_name(source.kind);
    if (!source.server_version.empty()) {
        store += " " + terminal::escaped(source.server_version);
    }
    if (source.kind != "snapshot") { // which its time says
        words.push_back(std::move(store));
    }
    if (!source.role.empty() && source.role != "primary") {
        words.push_back(terminal::escaped(source.role));
    }
    if (source.snapshot_at != 0) {
        words.push_back("snapshot " + instant_words(source.snapshot_at));
    }
    if (!source.read_only) {
        words.emplace_back("not read-only");
    }
    std::erase(words, TerminalText());
    return words;
}

TerminalText findings_words(std::int64_t critical, std::int64_t warning, std::int64_t info) {
    TerminalText words;
    add(words, counted(critical, "critical"));
    add(words, counted(warning, warning == 1 ? TerminalText("warning") : "warnings"));
    add(words, counted(info, "info"));
    return words;
}

TerminalText coverage_words(const Document& document) {
    const Summary summary = summarize(document);
    if (document.run.command == "report prune") {
        return {}; // no database is opened
    }
    TerminalText words =
        summary.tables == 0 ? TerminalText() : terminal::count_of(summary.tables, "table");
    // Where only the end of an index was read, the rows of the table were not counted.
    const bool is_part = summary.rows_examined == 0 && document.cost.rows_read > 0;
    add(words, is_part ? terminal::count_of(document.cost.rows_read, "row") + " read"
                       : terminal::count_of(summary.rows_examined, "row") + " examined");
    const auto& sources = document.sources;
    if (document.cost.bytes_read > 0 && std::any_of(sources.begin(), sources.end(), is_on_server)) {
        add(words, terminal::format_bytes(document.cost.bytes_read) + " read" +
                       words_of_server_share(document));
    }
    return words;
}

TerminalText outcome_words(const Document& document) {
    const Summary summary = summarize(document);
    const std::int64_t checks = summary.pass + summary.fail + summary.error + summary.skipped;
    TerminalText outcome;
    add(outcome, counted(summary.pass, "passed"));
    add(outcome, counted(summary.fail, "failed"));
    add(outcome, counted(summary.error, summary.error == 1 ? TerminalText("error") : "errors"));
    add(outcome, counted(summary.skipped, "skipped"));
    return terminal::compose(
        "{}{}{}  in {}",
        checks == 0 ? TerminalText("no checks") : terminal::count_of(checks, "check"),
        outcome.empty() ? TerminalText() : ": ", outcome, duration_words(document.run.duration_ms));
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
    const TerminalText found = findings_words(summary.critical, summary.warning, summary.info);
    const TerminalText why = trouble(document, summary);
    if (!why.empty()) {
        return {Mark::error, "ERROR",
                "could not tell: " + why + (found.empty() ? TerminalText() : "; " + found)};
    }
    if (document.checks.empty()) {
        return document.plan.empty() ? Verdict{Mark::error, "ERROR", "nothing was checked"}
                                     : verdict_of_plan(document);
    }
    if (const auto dry = verdict_of_dry_run(document)) {
        return *dry;
    }
    if (summary.pass + summary.fail == 0 && summary.skipped > 0) {
        // Unknown is never pass.
        return {Mark::skipped, "SKIP",
                "nothing could be told: " + terminal::count_of(summary.skipped, "check") +
                    " skipped"};
    }
    if (is_comparison(document)) {
        return grade(changes_of(document).added, comparison_detail(document));
    }
    return grade(summary, found.empty() ? TerminalText("no findings") : found);
}

} // namespace assay
