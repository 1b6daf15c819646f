// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/error.hpp"
#include "assay/command/common.hpp"
#include "assay/history/history.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// The history that a run reads from and adds to, or the reason why there is none.
class RunHistory {
public:
    /// Open the history that the options name; without one nothing is read and nothing kept. One
    /// that cannot be opened does not end the run: see trouble().
    /// @param database as the user named it
    /// @throws Error of kind usage: a newer history, or a database that is none.
    RunHistory(const CommonOptions& options, const std::string& database, const Context& context,
               Document& document);

    bool is_wanted() const noexcept { return m_history || m_trouble; }
    /// Why the history cannot be used; nullptr if it can.
    const Error* trouble() const noexcept { return m_trouble ? &*m_trouble : nullptr; }

    HistorySubject subject(const TableRef& table, const std::string& column) const;
    /// A metric in the runs before `now`, oldest first.
    std::vector<PastMetric> metric(const HistorySubject& subject, const std::string& name,
                                   Micros now) const;
    /// The state of a sketch in the last run from `from` on; empty if there is none.
    std::string last_sketch(const HistorySubject& subject, const std::string& name,
                            Micros from) const;
    /// When runs looked at a table, ascending.
    std::vector<Micros> looks(const TableRef& table, Micros from) const;

    /// Keep this run with its metrics, its sketches and the results of the document. What goes
    /// wrong is noted.
    void keep(Micros now, std::vector<HistoryMetric> metrics, Document& document,
              std::vector<HistorySketch> sketches = {});

private:
    const CommonOptions& m_options;
    std::string m_source;
    std::unique_ptr<History> m_history;
    std::optional<Error> m_trouble;
};

} // namespace assay
