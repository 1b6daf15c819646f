// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/error.hpp"
#include "assay/check/schema_change.hpp"
#include "assay/command/common.hpp"
#include "assay/history/history.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// The history that a run reads from and adds to, or the reason why there is none.
class RunHistory {
public:
    /// Open the history that the options name; without one nothing is read and nothing kept. A dry
    /// run keeps nothing either. One
    /// that cannot be opened does not end the run: see trouble().
    /// @param database of source "a", as the user named it
    /// @throws Error of kind usage: a newer history, or a database that is none.
    RunHistory(const CommonOptions& options, const std::string& database, const Context& context,
               Document& document);

    /// Another database that the run reads.
    void add_source(const std::string& id, const std::string& database, const Context& context);

    bool is_wanted() const noexcept { return m_history || m_trouble; }
    /// Why the history cannot be used; nullptr if it can.
    const Error* trouble() const noexcept { return m_trouble ? &*m_trouble : nullptr; }

    /// @param column empty: the table as a whole
    HistorySubject subject(const TableRef& table, const std::string& column,
                           std::string_view source = "a") const;
    /// What the history calls a database; the same for every run on it.
    const std::string& name_of(std::string_view source) const;

    /// A metric as it was measured before `now`, oldest first, the last `most` of them.
    /// @param checks results of these checks: runs in which one of them failed, and was not
    /// accepted, are known to be bad and left out
    std::vector<PastMetric> metric(const HistorySubject& subject, const std::string& name,
                                   Micros now, const std::vector<CheckResult>& checks = {},
                                   std::size_t most = 1000) const;
    /// The same of a metric that may be a real number; what was only known of a sample is left out.
    std::vector<PastNumber> numbers(const HistorySubject& subject, const std::string& name,
                                    Micros now, const std::vector<CheckResult>& checks = {}) const;
    /// The state of a sketch in the last run from `from` on that is not left out; empty if there is
    /// none.
    std::string last_sketch(const HistorySubject& subject, const std::string& name, Micros from,
                            const std::vector<CheckResult>& checks = {}) const;
    /// When runs of this command measured a table, ascending.
    std::vector<Micros> looks(const TableRef& table, Micros from) const;
    /// The definition of a table of source "a" as the last run before `now` saw it.
    /// @throws Error of kind usage if what is kept cannot be read.
    std::optional<SchemaSeen> schema(const TableRef& table, Micros now) const;
    /// Are sketches of a table to be kept? Once a day: they take more room than anything else. And
    /// always where what is found is accepted.
    /// @param check those of a run in which it failed do not count
    bool wants_sketches(const TableRef& table, Micros now, const std::string& check = "") const;

    /// Keep the definition of a table with this run.
    void note_schema(const TableSchema& table, HistoryEntry& entry,
                     std::string_view source = "a") const;

    /// Keep this run with its metrics, its sketches and the results of the document, each metric
    /// with the moment that the document gives its table. What goes wrong is noted.
    /// @param now the moment of the run
    void keep(Micros now, std::vector<HistoryMetric> metrics, Document& document,
              std::vector<HistorySketch> sketches = {});
    /// The same with all that the entry holds already.
    void keep(Micros now, HistoryEntry entry, Document& document);

private:
    /// With each metric keep the moment of the snapshot that its table was read in.
    void note_moments(std::vector<HistoryMetric>& metrics, const Document& document) const;
    HistorySubject table_subject(const TableRef& table, std::string_view source) const;

    const CommonOptions& m_options;
    std::map<std::string, std::string, std::less<>> m_sources; ///< by id
    std::unique_ptr<History> m_history;
    std::optional<Error> m_trouble;
};

} // namespace assay
