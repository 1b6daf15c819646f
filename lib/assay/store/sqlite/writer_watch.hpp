// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/sqlite/file_plan.hpp"

#include <chrono>
#include <optional>

namespace assay {

/// Sees whether somebody who wants to commit to a file in rollback mode waits for its readers.
///
/// A writer that waits holds the pending lock, which lets no new reader in (sqlite.org/lockingv3
/// 3.0). SQLite tells of the reserved lock only, which a writer has from its first change on and
/// which keeps nobody waiting; so the descriptor is asked that SQLite has open. None is opened:
/// closing it would drop the locks of this process.
class WriterWatch {
public:
    using Clock = std::chrono::steady_clock;

    explicit WriterWatch(const FilePlan& plan) : m_plan(plan) {}

    /// For how long somebody has been seen to wait. Looks 40 times a second at most.
    Clock::duration waited(Clock::time_point now) noexcept;
    /// There is a new snapshot, for whose end nobody has waited yet.
    void start_anew() noexcept { m_since.reset(); }

private:
    const FilePlan& m_plan;
    Clock::time_point m_next_look{};
    std::optional<Clock::time_point> m_since; ///< nullopt: nobody waits
};

} // namespace assay
