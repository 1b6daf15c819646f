// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/report/table_state.hpp"

#include "assay/base/text.hpp"
#include "assay/report/wording.hpp"

namespace assay {
namespace {

void add(Summary& sum, const Summary& part) {
    sum.pass += part.pass;
    sum.fail += part.fail;
    sum.error += part.error;
    sum.skipped += part.skipped;
    sum.critical += part.critical;
    sum.warning += part.warning;
    sum.info += part.info;
}

std::optional<Mark> worst(const Summary& summary) {
    if (summary.critical > 0) {
        return Mark::critical;
    }
    if (summary.error > 0) {
        return Mark::error;
    }
    if (summary.warning > 0) {
        return Mark::warning;
    }
    if (summary.info > 0) {
        return Mark::info;
    }
    if (summary.pass > 0) {
        return Mark::pass;
    }
    return summary.skipped > 0 ? std::optional(Mark::skipped) : std::nullopt;
}

void add(TerminalText& list, const TerminalText& part) {
    if (!part.empty()) {
        list += list.empty() ? part : ", " + part;
    }
}

} // namespace

TableStates::TableStates(const Document& document, const TableNames& names) : m_names(names) {
    for (const auto& check : document.checks) {
        m_checks[{check.source, names.display(check.table)}].checks.push_back(check);
    }
}

TableState TableStates::state(const TableRecord& table) const {
    TableState state;
    const TerminalText name = m_names.display(table);
    const auto add_checks = [&](const std::string& source) {
        const auto found = m_checks.find({source, name});
        if (found != m_checks.end()) {
            add(state.summary, summarize(found->second));
        }
    };
    add_checks(table.source);
    if (!table.source.empty()) {
        add_checks("");
    }
    state.mark = worst(state.summary);
    return state;
}

TerminalText TableStates::words(const TableRecord& table) const {
    const Summary summary = state(table).summary;
    TerminalText words = findings_words(summary.critical, summary.warning, summary.info);
    add(words, summary.error == 0 ? TerminalText() : terminal::count_of(summary.error, "error"));
    add(words, table.state.freshness == "stale" ? TerminalText("stale") : "");
    add(words, table.state.density == "empty" ? TerminalText("empty") : "");
    add(words, sample_words(table));
    return words;
}

} // namespace assay
