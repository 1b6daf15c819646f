// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/run_history.hpp"

#include "assay/base/text.hpp"
#include "assay/command/run.hpp"
#include "assay/history/schema_state.hpp"
#include "assay/store/location.hpp"

#include <filesystem>
#include <utility>

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

/// Which rows of a table count; empty: all. Other rows make other metrics of the same column.
std::string rows_of(const CommonOptions& options) {
    std::string rows = options.where.empty() ? "" : "\n" + options.where;
    if (options.since) {
        rows += options.since->instant ? "\nfrom " + format_instant(*options.since->instant)
                                       : "\nlast " + format_duration(options.since->age);
        rows += options.since_column ? " by " + *options.since_column : "";
    }
    return rows;
}

/// What a result is about, for writing it and for finding it again.
std::string column_of(const CheckResult& check) {
    return check.columns.empty() ? "" : check.columns.front();
}

std::vector<HistoryCheck> known_as(const std::vector<CheckResult>& checks) {
    std::vector<HistoryCheck> known;
    for (const auto& check : checks) {
        known.push_back({column_of(check), check.id, check.fingerprint});
    }
    return known;
}

std::string kept_status(const CheckResult& check, Findings findings) {
    const bool is_accepted = check.status == Status::fail && findings == Findings::accepted;
    return is_accepted ? "accepted" : std::string(to_string(check.status));
}

Micros day_begin(Micros moment) noexcept {
    const Micros rest = moment % micros_per_day;
    return moment - (rest < 0 ? rest + micros_per_day : rest);
}

/// From 2000 until 2100. Another year is a clock that lost its battery, and a run that is kept
/// under it would be first or last forever.
bool is_plausible(Micros now) noexcept {
    constexpr Micros year_2000 = 946'684'800 * micros_per_second;
    constexpr Micros year_2100 = 4'102'444'800 * micros_per_second;
    return now >= year_2000 && now < year_2100;
}

} // namespace

RunHistory::RunHistory(const CommonOptions& options, const std::string& database,
                       const Context& context, Document& document)
    : m_options(options) {
    if (options.history.empty()) {
        return;
    }
    add_source("a", database, context);
    try {
        const bool is_tried = options.findings == Findings::tried;
        m_history = std::make_unique<History>(options.history,
                                              is_tried ? HistoryAccess::read : HistoryAccess::keep);
        if (!m_history->note().empty()) {
            document.notes.push_back(m_history->note());
        }
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::usage) {
            throw;
        }
        if (options.findings != Findings::tried) {
            document.notes.push_back(std::string("this run is not kept: ") + error.what());
        }
        m_trouble = error;
    }
}

void RunHistory::add_source(const std::string& id, const std::string& database,
                            const Context& context) {
    m_sources[id] = source_name(database, context.environment);
}

const std::string& RunHistory::name_of(std::string_view source) const {
    static const std::string none;
    // A result about both sides is one of the first.
    const auto found = m_sources.find(source.empty() ? "a" : source);
    return found == m_sources.end() ? none : found->second;
}

HistorySubject RunHistory::table_subject(const TableRef& table, std::string_view source) const {
    return {name_of(source), qualified_name(table), ""};
}

HistorySubject RunHistory::subject(const TableRef& table, const std::string& column,
                                   std::string_view source) const {
    return {name_of(source), qualified_name(table), column + rows_of(m_options)};
}

std::vector<PastMetric> RunHistory::metric(const HistorySubject& subject, const std::string& name,
                                           Micros now, const std::vector<CheckResult>& checks,
                                           std::size_t most) const {
    return m_history ? m_history->metric(subject, name, now, known_as(checks), most)
                     : std::vector<PastMetric>();
}

std::vector<PastNumber> RunHistory::numbers(const HistorySubject& subject, const std::string& name,
                                            Micros now,
                                            const std::vector<CheckResult>& checks) const {
    auto past = m_history ? m_history->numbers(subject, name, now, known_as(checks))
                          : std::vector<PastNumber>();
    std::erase_if(past, [](const PastNumber& seen) { return seen.method == Method::sample; });
    return past;
}

std::string RunHistory::last_sketch(const HistorySubject& subject, const std::string& name,
                                    Micros from, const std::vector<CheckResult>& checks) const {
    const auto states = m_history ? m_history->sketches(subject, name, from, known_as(checks))
                                  : std::vector<std::string>();
    return states.empty() ? "" : states.back();
}

std::vector<Micros> RunHistory::looks(const TableRef& table, Micros from) const {
    return m_history
               ? m_history->looks(m_options.command, name_of("a"), qualified_name(table), from)
               : std::vector<Micros>();
}

std::optional<SchemaSeen> RunHistory::schema(const TableRef& table, Micros now) const {
    const auto past =
        m_history ? m_history->snapshot(table_subject(table, "a"), now) : std::nullopt;
    return past ? std::optional(SchemaSeen{past->at, read_schema(past->state)}) : std::nullopt;
}

bool RunHistory::wants_sketches(const TableRef& table, Micros now, const std::string& check) const {
    // Quantiles are values of the data, and hashes of few values give them away.
    if (!m_history || m_options.values == ValuesPolicy::none) {
        return false;
    }
    return m_options.findings == Findings::accepted ||
           !m_history->has_sketch(name_of("a"), qualified_name(table), day_begin(now), now, check);
}

void RunHistory::note_schema(const TableSchema& table, HistoryEntry& entry,
                             std::string_view source) const {
    if (m_history && !table.columns.empty()) {
        entry.snapshots.push_back({table_subject(table.ref, source), write_schema(table)});
    }
}

void RunHistory::keep(Micros now, std::vector<HistoryMetric> metrics, Document& document,
                      std::vector<HistorySketch> sketches) {
    HistoryEntry entry;
    entry.metrics = std::move(metrics);
    entry.sketches = std::move(sketches);
    keep(now, std::move(entry), document);
}

void RunHistory::note_moments(std::vector<HistoryMetric>& metrics, const Document& document) const {
    if (m_options.now) {
        return; // the run took another moment for the present
    }
    std::map<std::pair<std::string, std::string>, Micros> moments; // by source and table
    for (const auto& table : document.tables) {
        const auto moment = moment_of(table, document);
        if (moment && is_plausible(*moment)) {
            moments[{name_of(table.source), qualified_name({table.schema, table.name})}] = *moment;
        }
    }
    for (auto& metric : metrics) {
        const auto found = moments.find({metric.subject.source, metric.subject.table});
        if (found != moments.end()) {
            metric.at = found->second;
        }
    }
}

void RunHistory::keep(Micros now, HistoryEntry entry, Document& document) {
    if (!m_history || m_options.findings == Findings::tried) {
        return;
    }
    if (!is_plausible(now)) {
        document.notes.push_back("this run is not kept: the clock says " + format_instant(now));
        return;
    }
    entry.run = {m_options.run_id, m_options.command, now};
    note_moments(entry.metrics, document);
    for (const auto& check : document.checks) {
        entry.results.push_back({{name_of(check.source), check.table, column_of(check)},
                                 check.id,
                                 kept_status(check, m_options.findings),
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
