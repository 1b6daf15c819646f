// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/text.hpp"
#include "assay/report/table_names.hpp"
#include "assay/report/wording.hpp"
#include "assay/report/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace assay {
namespace {

std::string_view word_of(NagiosStatus status) {
    switch (status) {
    case NagiosStatus::ok: return "OK";
    case NagiosStatus::warning: return "WARNING";
    case NagiosStatus::critical: return "CRITICAL";
    case NagiosStatus::unknown: return "UNKNOWN";
    }
    return "UNKNOWN";
}

/// One line, and no bar: behind a bar come numbers.
std::string plain(std::string text) {
    std::replace(text.begin(), text.end(), '|', '/');
    return text;
}

/// The findings and errors that matter most, and how many more there are.
std::string headline(const Document& document, const TableNames& names) {
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
                                       : escape_text(document.errors.front().message);
    }
    std::string line = fmt::format("{}: {}", names.display(worst.front()->table),
                                   escape_text(worst.front()->message));
    if (worst.size() > 1) {
        line += fmt::format(" (and {} more)", worst.size() - 1);
    }
    return line;
}

/// The seconds of "<= 86400 s", or nothing.
std::string limit_of(const CheckResult& check) {
    constexpr std::string_view start = "<= ";
    constexpr std::string_view end = " s";
    const std::string_view text = check.expected;
    const bool is_limit = text.starts_with(start) && text.ends_with(end);
    return is_limit
               ? std::string(text.substr(start.size(), text.size() - start.size() - end.size()))
               : "";
}

struct Age {
    std::int64_t seconds = 0;
    std::string warning;
    std::string critical;
};

/// What the seconds of a check are; empty: no age of a table.
std::string_view label_of(std::string_view id) noexcept {
    if (id == "freshness.max_age" || id == "freshness.warn_age" || id == "freshness.cadence") {
        return "age";
    }
    if (id == "freshness.deadline") {
        return "late";
    }
    return id == "freshness.retention" ? "oldest" : "";
}

/// "'orders age'=43200s;21600;86400;0" for each table with an age, and alike for how late its load
/// was and how old its oldest row is.
std::string performance(const Document& document, const TableNames& names) {
    std::map<std::pair<std::string, std::string_view>, Age> ages;
    for (const auto& check : document.checks) {
        const auto* seconds = std::get_if<std::int64_t>(&check.observed.value.value);
        const std::string_view what = label_of(check.id);
        if (seconds == nullptr || check.observed.unit != "s" || what.empty()) {
            continue;
        }
        Age& age = ages[{names.display(check.table), what}];
        age.seconds = *seconds;
        (check.id == "freshness.warn_age" ? age.warning : age.critical) = limit_of(check);
    }
    std::string out;
    for (const auto& [name, age] : ages) {
        std::string label = plain(name.first);
        std::replace(label.begin(), label.end(), '\'', '_');
        std::replace(label.begin(), label.end(), '=', '_');
        out += fmt::format(" '{} {}'={}s;{};{};0", label, name.second, age.seconds, age.warning,
                           age.critical);
    }
    return out.empty() ? "" : " |" + out;
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
    return summary.pass + summary.info > 0 ? NagiosStatus::ok : NagiosStatus::unknown;
}

std::string write_nagios(const Document& document) {
    const TableNames names(document);
    std::string command = document.run.command;
    std::transform(command.begin(), command.end(), command.begin(), [](char letter) {
        return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
    });
    // A result that was read may say anything.
    return fmt::format("{} {} - {}{}\n", plain(escape_text(command)),
                       word_of(nagios_status(document)), plain(headline(document, names)),
                       performance(document, names));
}

} // namespace assay
