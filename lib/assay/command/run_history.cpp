// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/run_history.hpp"

#include "assay/store/location.hpp"

#include <filesystem>

namespace assay {
namespace {

/// The same for every run on one database, wherever it was started.
std::string source_name(const std::string& database, const Environment& environment) {
    const Location location = parse_location(database, environment);
    if (location.kind == StoreKind::postgresql) {
        return display_location(location);
    }
    std::error_code unknown;
    const auto path = std::filesystem::weakly_canonical(location.target, unknown);
    return unknown ? location.target : path.string();
}

} // namespace

RunHistory::RunHistory(const CommonOptions& options, const std::string& database,
                       const Context& context, Document& document)
    : m_options(options) {
    if (options.history.empty()) {
        return;
    }
    m_source = source_name(database, context.environment);
    try {
        m_history = std::make_unique<History>(options.history);
        if (!m_history->note().empty()) {
            document.notes.push_back(m_history->note());
        }
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::usage) {
            throw;
        }
        document.notes.push_back(std::string("this run is not kept: ") + error.what());
        m_trouble = error;
    }
}

HistorySubject RunHistory::subject(const TableRef& table, const std::string& column) const {
    // A condition makes another subject of the same column.
    const std::string condition = m_options.where.empty() ? "" : "\n" + m_options.where;
    return {m_source, qualified_name(table), column + condition};
}

std::vector<PastMetric> RunHistory::metric(const HistorySubject& subject, const std::string& name,
                                           Micros now) const {
    return m_history ? m_history->metric(subject, name, now) : std::vector<PastMetric>();
}

std::string RunHistory::last_sketch(const HistorySubject& subject, const std::string& name,
                                    Micros from) const {
    const auto states =
        m_history ? m_history->sketches(subject, name, from) : std::vector<std::string>();
    return states.empty() ? "" : states.back();
}

std::vector<Micros> RunHistory::looks(const TableRef& table, Micros from) const {
    return m_history ? m_history->looks(m_source, qualified_name(table), from)
                     : std::vector<Micros>();
}

void RunHistory::keep(Micros now, std::vector<HistoryMetric> metrics, Document& document,
                      std::vector<HistorySketch> sketches) {
    if (!m_history) {
        return;
    }
    HistoryEntry entry;
    entry.run = {m_options.run_id, m_options.command, now};
    entry.metrics = std::move(metrics);
    entry.sketches = std::move(sketches);
    for (const auto& check : document.checks) {
        const std::string column = check.columns.empty() ? "" : check.columns.front();
        entry.results.push_back({{m_source, check.table, column},
                                 check.id,
                                 std::string(to_string(check.status)),
                                 std::string(to_string(check.severity)),
                                 check.fingerprint});
    }
    try {
        m_history->add(entry);
    } catch (const Error& error) {
        document.notes.push_back(std::string("this run is not kept: ") + error.what());
    }
}

} // namespace assay
