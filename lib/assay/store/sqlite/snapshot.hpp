// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/sqlite/connection.hpp"
#include "assay/store/sqlite/file_copy.hpp"
#include "assay/store/sqlite/file_plan.hpp"
#include "assay/store/store.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace assay {

/// What defines a table with its indexes, or a view.
struct Definition {
    std::string texts;
    bool is_view = false;
};
using Definitions = std::map<std::string, Definition>; ///< by the name of the table

Definitions read_definitions(SqliteConnection& connection);

/// The names of those that are others now. What a view shows depends on all that it reads, so one
/// is another as soon as anything is.
std::set<std::string> altered_since(const Definitions& then, const Definitions& now);

/// What a session and its forks share: the file, and a connection outside of any transaction that
/// sees whether somebody committed since the snapshot was taken.
struct SqliteSnapshot {
    std::unique_ptr<FileCopy> copy; ///< outlives every connection to it; nullptr: there is none
    FilePlan plan;
    SessionOptions options;
    SourceInfo source;
    std::mutex mutex;                        ///< guards the members below
    std::unique_ptr<SqliteConnection> probe; ///< nullptr for immutable access
    std::optional<std::int64_t> version;     ///< nullopt: not proven to be that of the snapshot
    int forks = 0;
    std::chrono::steady_clock::time_point taken;
    std::atomic<Hold> hold = Hold::firm;
    std::atomic<bool> has_given_way = false; ///< to somebody who waited to write
    int times_given_way = 0;
    Definitions definitions;       ///< in the first snapshot; read before it is given up
    std::set<std::string> altered; ///< what has another one now

    std::chrono::steady_clock::duration age() const {
        return std::chrono::steady_clock::now() - taken;
    }
    /// How long somebody may wait to write to the file before we give way; nullopt: to the end. A
    /// writer of many small commits would keep us from reading any table but a small one, so it
    /// has this much patience with others twice.
    std::optional<std::chrono::milliseconds> patience() const;
    /// Take the snapshot through `begin`, and learn which state of the file it holds.
    void take(const std::function<void()>& begin);
};

} // namespace assay
