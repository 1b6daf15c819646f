// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/metric/profile.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace assay {

/// One run, as later ones see it.
struct HistoryRun {
    std::string id; ///< unique
    std::string command;
    Micros at = 0; ///< the moment that it took for the present
};

/// What a metric or a result is about. Names are raw.
struct HistorySubject {
    std::string source; ///< the database, without secrets; the same for every run on it
    std::string table;  ///< "public.orders"
    std::string column; ///< empty: the table as a whole
    friend bool operator==(const HistorySubject&, const HistorySubject&) = default;
};

/// What a metric may be; monostate: it was looked for, and there was none.
struct HistoryValue {
    std::variant<std::monostate, std::int64_t, double, std::string> value;

    HistoryValue() = default;
    HistoryValue(int number) : value(std::int64_t{number}) {}
    HistoryValue(std::int64_t number) : value(number) {}
    HistoryValue(std::optional<std::int64_t> number) {
        if (number) {
            value = *number;
        }
    }
    HistoryValue(double number) : value(number) {}
    HistoryValue(std::string text) : value(std::move(text)) {}
};

/// One measured number. A value of the data (smallest, largest) is only kept as far as --values let
/// the run show it.
struct HistoryMetric {
    HistorySubject subject;
    std::string name; ///< "newest", "rows"
    HistoryValue value;
    Method method = Method::exact;
    /// Of the snapshot that it was measured in; nullopt: that of the run.
    std::optional<Micros> at = {};
};

/// What a check said.
struct HistoryResult {
    HistorySubject subject;
    std::string check;  ///< "freshness.max_age"
    std::string status; ///< "fail"; "accepted": it failed, and the user says that it is right
    std::string severity;
    std::string fingerprint;
};

/// A check of the table that a metric or a sketch is of, as its results are known. Where it failed,
/// what the same run measured is no past.
struct HistoryCheck {
    std::string column; ///< empty: the table as a whole
    std::string id;     ///< "volume.shrunk"
    std::string fingerprint;
};

/// The state of a sketch, as its write() gave it.
struct HistorySketch {
    HistorySubject subject;
    std::string name; ///< "lag"
    std::string state;
};

/// How a table was defined, as write_schema() gave it. Equal ones take room once.
struct HistorySnapshot {
    HistorySubject subject;
    std::string state;
};

/// Everything that a run leaves behind.
struct HistoryEntry {
    HistoryRun run;
    std::vector<HistoryMetric> metrics;
    std::vector<HistoryResult> results;
    std::vector<HistorySketch> sketches;
    std::vector<HistorySnapshot> snapshots;
};

/// A metric of an earlier run that is a whole number.
struct PastMetric {
    Micros at = 0; ///< when it was measured
    std::optional<std::int64_t> value;
    Method method = Method::exact;
    friend bool operator==(const PastMetric&, const PastMetric&) = default;
};

/// A metric of an earlier run that is a number, whole or real.
struct PastNumber {
    Micros at = 0; ///< when it was measured
    double value = 0;
    Method method = Method::exact;
    friend bool operator==(const PastNumber&, const PastNumber&) = default;
};

/// The definition of a table in an earlier run.
struct PastSnapshot {
    Micros at = 0; ///< of the run
    std::string state;
    friend bool operator==(const PastSnapshot&, const PastSnapshot&) = default;
};

/// What to do about a file that is not there or that is damaged.
enum class HistoryAccess : std::uint8_t {
    keep,   ///< make it; one that is damaged is moved aside first, and a new one begun
    manage, ///< leave things as they are: it is an error
    read    ///< nothing is written; one that is not there is empty, a damaged one an error
};

/// What became of the runs of a history.
struct PrunedHistory {
    std::int64_t removed = 0;
    std::int64_t kept = 0;
    std::int64_t kept_as_newest =
        0;                        ///< of them: old, but the newest, or newest good one, of a table
    std::optional<Micros> oldest; ///< of those kept
};

/// What earlier runs learned, in one SQLite file that many runs may read and write at the same
/// time. Each run is written in one transaction, so that a process that is killed leaves either all
/// of its run or nothing.
class History {
public:
    /// Open the file, with HistoryAccess::keep make it if it is not there (only its owner may read
    /// it), and bring its tables up to date. A file that is damaged is moved aside, never deleted,
    /// and a new one begun: see note().
    /// @throws Error of kind usage: written by a newer assay, or a database that is no history;
    /// of kind locked: others write to it for more than 15 seconds; of kind output: it cannot be
    /// made or written, or its folder is not there. With other accesses of kind connection: it is
    /// no database, damaged or, but for HistoryAccess::read, not there.
    explicit History(const std::string& path, HistoryAccess access = HistoryAccess::keep);
    ~History();
    History(const History&) = delete;
    History& operator=(const History&) = delete;

    /// What the user should know: that a damaged file was moved aside; else empty.
    const std::string& note() const noexcept;

    /// Keep a run. @throws Error of kind locked or output; nothing of the run is kept then.
    void add(const HistoryEntry& entry);

    /// A metric as it was measured before `before`, oldest first, the last `most` of them.
    /// @param checks left out are the runs in which one of them failed
    std::vector<PastMetric> metric(const HistorySubject& subject, const std::string& name,
                                   Micros before, const std::vector<HistoryCheck>& checks = {},
                                   std::size_t most = 1000) const;
    /// The same of a metric that may be a real number. Runs that found none are left out.
    std::vector<PastNumber> numbers(const HistorySubject& subject, const std::string& name,
                                    Micros before, const std::vector<HistoryCheck>& checks = {},
                                    std::size_t most = 1000) const;
    /// The states of a sketch in the runs from `from` on, oldest first, without those in which one
    /// of the checks failed.
    std::vector<std::string> sketches(const HistorySubject& subject, const std::string& name,
                                      Micros from,
                                      const std::vector<HistoryCheck>& checks = {}) const;
    /// Whether a run from `from` up to `until` kept a sketch of the table.
    /// @param check a run in which it failed for anything of the table does not count
    bool has_sketch(const std::string& source, const std::string& table, Micros from, Micros until,
                    const std::string& check = "") const;
    /// The definition that the last run before `before` saw; nullopt: none did.
    std::optional<PastSnapshot> snapshot(const HistorySubject& subject, Micros before) const;
    /// When runs of a command measured a table, from `from` on, ascending.
    std::vector<Micros> looks(const std::string& command, const std::string& source,
                              const std::string& table, Micros from) const;
    /// Runs that are kept.
    std::int64_t runs() const;
    /// Forget the runs before `before`, but never the newest one that a command made of a table,
    /// nor the newest that found nothing wrong with it: the next run compares with them.
    PrunedHistory prune(Micros before);

    /// Of the tables that this assay writes.
    static constexpr int schema_version = 3;

private:
    class File;
    std::unique_ptr<File> m_file;
};

} // namespace assay
