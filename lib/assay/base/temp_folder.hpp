// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <string>

namespace assay {

/// A folder for files that need a name, which only this user may enter. It goes with its owner;
/// what a killed process left goes when the next folder is made beside it.
class TempFolder {
public:
    /// Removes the folders of ended processes, then makes one.
    /// @param parent in which folder
    /// @param prefix how its name and that of its like begin
    /// @param advice what to do when it cannot be made
    /// @throws Error of kind output that names the parent
    TempFolder(const std::string& parent, const std::string& prefix, const std::string& advice);
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::string& path() const noexcept { return m_path; }

private:
    std::string m_path;
    int m_lock = -1; ///< held as long as the folder is in use
};

} // namespace assay
