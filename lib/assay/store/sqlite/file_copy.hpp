// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/temp_folder.hpp"
#include "assay/base/time.hpp"
#include "assay/store/sqlite/file_plan.hpp"
#include "assay/store/store.hpp"

namespace assay {

/// A copy of a SQLite database in a folder that nobody else may enter, which goes with it.
///
/// It is made through SQLite's backup API a few pages at a time, so that who writes is kept waiting
/// for a moment and no longer, and holds one state of the database: of a file in WAL mode that of
/// the start; of others that of the end, and every commit meanwhile makes it begin again.
class FileCopy {
public:
    /// @param location the file, which stays as it is
    /// @param options copy_folder: where the folder of the copy is made
    /// @throws Error of kind output (no folder, no space), locked (written to again and again), or
    /// as plan_file() does; nothing is left then.
    FileCopy(const Location& location, const SessionOptions& options);

    /// How to open the copy, with the name of the original for messages.
    const FilePlan& plan() const noexcept { return m_plan; }
    /// When the database was in the state that the copy holds.
    Micros taken_at() const noexcept { return m_taken_at; }

private:
    void make(const Location& location, const SessionOptions& options);

    TempFolder m_folder;
    FilePlan m_plan;
    Micros m_taken_at = 0;
};

} // namespace assay
