// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/decimal.hpp"
#include "assay/report/table_names.hpp"
#include "assay/report/wording.hpp"
#include "assay/report/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace assay {
namespace {

using NagiosText = Escaped<struct NagiosFormat>;

template <typename... Args>
NagiosText compose(fmt::format_string<const Args&...> format, const Args&... args) {
    return compose_in<NagiosFormat>(format, args...);
}

/// One line, and no bar: behind a bar come numbers.
NagiosText plain(const TerminalText& text) {
    std::string out = text.text();
    std::replace(out.begin(), out.end(), '|', '/');
    return NagiosText::trusted(out);
}

/// The name of a number, between quotes and before an equals sign.
NagiosText label(const TerminalText& text) {
    std::string out = plain(text).text();
    std::replace(out.begin(), out.end(), '\'', '_');
    std::replace(out.begin(), out.end(), '=', '_');
    return NagiosText::trusted(out);
}

NagiosText word_of(NagiosStatus status) {
    switch (status) {
    case NagiosStatus::ok: return "OK";
    case NagiosStatus::warning: return "WARNING";
    case NagiosStatus::critical: return "CRITICAL";
    case NagiosStatus::unknown: return "UNKNOWN";
    }
    return "UNKNOWN";
}

/// The findings and errors that matter most, and how many more there are.
TerminalText headline(const Document& document, const TableNames& names) {
    std::vector<const CheckResult*> worst;
    for (const auto& check : document.checks) {
        if (check.status == Status::error ||
            (check.status == Status::fail && check.baseline != "absent")) {
            worst.push_back(&check);
        }
    }
    std::stable_sort(worst.begin(), worst.end(), [](const auto* a, const auto* b) {
        const auto rank = [](const CheckResult& check) {
            return check.status == Status::error ? Severity::critical : check.severity;
        };
        return rank(*a) > rank(*b);
    });
    if (worst.empty()) {
        return document.errors.empty() ? outcome_words(document)
                                       : terminal::escaped(document.errors.front().message);
    }
    TerminalText line = terminal::compose("{}: {}", names.display(worst.front()->table),
                                          terminal::escaped(worst.front()->message));
    if (worst.size() > 1) {
        line += terminal::compose(" (and {} more)", worst.size() - 1);
    }
    return line;
}

/// The seconds of "<= 86400 s", or nothing.
NagiosText limit_of(const CheckResult& check) {
    constexpr std::string_view start = "<= ";
    constexpr std::string_view end = " s";
    std::string_view text = check.expected;
    if (!text.starts_with(start) || !text.ends_with(end)) {
        return {};
    }
    text = text.substr(start.size(), text.size() - start.size() - end.size());
    return is_decimal(text) ? NagiosText::trusted(text) : NagiosText();
}

struct Age {
    std::int64_t seconds = 0;
    NagiosText warning;
    NagiosText critical;
};

/// What the seconds of a check are; empty: no age of a table.
NagiosText label_of(std::string_view id) {
    if (id == "freshness.max_age" || id == "freshness.warn_age" || id == "freshness.cadence") {
        return "age";
    }
    if (id == "freshness.deadline") {
        return "late";
    }
    return id == "freshness.retention" ? NagiosText("oldest") : "";
}

/// "'orders age'=43200s;21600;86400;0" for each table with an age, and alike for how late its load
/// was and how old its oldest row is.
NagiosText performance(const Document& document, const TableNames& names) {
    std::map<std::pair<TerminalText, NagiosText>, Age> ages;
    for (const auto& check : document.checks) {
        const auto* seconds = std::get_if<std::int64_t>(&check.observed.value.value);
        const NagiosText what = label_of(check.id);
        if (seconds == nullptr || check.observed.unit != "s" || what.empty()) {
            continue;
        }
        Age& age = ages[{names.display(check.table), what}];
        age.seconds = *seconds;
        (check.id == "freshness.warn_age" ? age.warning : age.critical) = limit_of(check);
    }
    NagiosText out;
    for (const auto& [name, age] : ages) {
        out += compose(" '{} {}'={}s;{};{};0", label(name.first), name.second, age.seconds,
                       age.warning, age.critical);
    }
    return out.empty() ? out : " |" + out;
}

/// Nothing is judged by a dry run, and that is right.
bool is_dry_run(const Document& document) noexcept {
    return std::any_of(document.checks.begin(), document.checks.end(), [](const auto& check) {
        return find_fact(check.evidence, "would_be") != nullptr;
    });
}

} // namespace

NagiosStatus nagios_status(const Document& document) noexcept {
    const Summary summary = summarize(document);
    if (summary.critical > 0) {
        return NagiosStatus::critical;
    }
    if (!document.errors.empty() || !document.run.complete || summary.error > 0) {
        return NagiosStatus::unknown;
    }
    if (summary.warning > 0) {
        return NagiosStatus::warning;
    }
    const bool is_ok = summary.pass + summary.info > 0 || is_dry_run(document);
    return is_ok ? NagiosStatus::ok : NagiosStatus::unknown;
}

std::string write_nagios(const Document& document) {
    const TableNames names(document);
    std::string command = document.run.command;
    std::transform(command.begin(), command.end(), command.begin(), [](char letter) {
        return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    });
    // A result that was read may say anything.
    return compose("{} {} - {}{}\n", plain(terminal::escaped(command)),
                   word_of(nagios_status(document)), plain(headline(document, names)),
                   performance(document, names))
        .text();
}

} // namespace assay
