// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"
#include "assay/base/observer.hpp"
#include "assay/base/time.hpp"
#include "assay/report/document.hpp"
#include "assay/store/location.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// How deep to look.
enum class Depth : std::uint8_t {
    catalog, ///< statistics and definitions only; no user table is read
    sample,  ///< a part of the rows, margins stated
    full     ///< every row
};

/// Which data values a report may show (design: values and privacy).
enum class ValuesPolicy : std::uint8_t { none, safe, all };

/// What later runs make of what this one finds.
enum class Findings : std::uint8_t {
    open,     ///< known to be bad: no past of theirs
    accepted, ///< right: their past like all else
    tried     ///< nothing: a dry run, which is not kept
};

/// Do the work, or only show the plan and its SQL.
enum class Mode : std::uint8_t { run, explain };

/// From when on rows count: as long ago as this, or from a moment on.
struct Since {
    Micros age = 0;                ///< before now
    std::optional<Micros> instant; ///< given: `age` means nothing
};

/// What the flags mean that every subcommand has.
struct CommonOptions {
    std::string command;                ///< "audit"
    std::vector<std::string> arguments; ///< argv as typed after the program name, secrets removed
    std::vector<std::string> tables;    ///< -t: globs, SQL quoting, "schema.table"; empty = all
    std::vector<std::string> exclude;
    std::optional<std::string> schema;
    bool views = false;                        ///< look at views that no -t names
    std::string where;                         ///< only rows that fulfil this SQL; empty: all
    std::optional<Since> since;                ///< only rows from then on; nullopt: all
    std::optional<std::string> since_column;   ///< that says when a row is from; nullopt: guessed
    std::optional<Micros> now;                 ///< --now; nullopt: the store's clock
    std::string assume_tz;                     ///< IANA zone of naive timestamps; empty: not given
    Micros skew = 300 * micros_per_second;     ///< times up to now + skew are not in the future
    unsigned jobs = 2;                         ///< sessions that read at the same time, per store
    std::chrono::milliseconds timeout{30'000}; ///< of one statement
    std::chrono::milliseconds lock_timeout{500};
    std::optional<std::chrono::milliseconds> max_runtime; ///< of the whole run
    std::chrono::milliseconds wait_ready{0};     ///< for a server that accepts no connections yet
    bool refuse_excess = false;                  ///< a role that may do more than read is an error
    std::string history;                         ///< the file that keeps runs; empty: none
    Findings findings = Findings::open;          ///< as the history keeps them
    std::string run_id;                          ///< of this run, unique; empty: it is not kept
    std::size_t memory = std::size_t{256} << 20; ///< bytes for metrics
    /// How old a snapshot may be when a table is begun; nullopt: one snapshot for all tables.
    std::optional<std::chrono::milliseconds> snapshot_age = std::chrono::minutes(5);
    std::string pause_file;    ///< while it exists, no chunk of a table is begun; empty: none
    unsigned duty_cycle = 100; ///< percent of the time in which tables are read, the rest is rest
    std::optional<unsigned> max_load; ///< hold still while more sessions of others are active
    std::optional<std::chrono::milliseconds>
        max_replay_lag;             ///< hold still while a standby lags more
    std::optional<double> max_cost; ///< do not read what costs more by the planner's estimate
    bool copy = false;              ///< read a private copy of a SQLite file
    Depth depth = Depth::full;
    ValuesPolicy values = ValuesPolicy::safe;
    Mode mode = Mode::run;
};

/// What a command may use of the world. The referenced objects outlive the run.
struct Context {
    Observer& observer;
    Cancellation& cancellation;
    Environment environment;
};

} // namespace assay
