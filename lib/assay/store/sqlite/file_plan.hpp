// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/location.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// What protects the snapshot of a SQLite file.
enum class FileAccess : std::uint8_t {
    locked,   ///< SQLite's own locks, which what replaces or overwrites the file does not know
    immutable ///< nothing: the file is compared before and after every use
};

/// Tells two states of one file apart.
struct FileIdentity {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = 0;        ///< bytes
    std::int64_t modified_ns = 0; ///< since 1970-01-01
    std::int64_t changed_ns = 0;  ///< of the inode, since 1970-01-01
    friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

/// How to open a SQLite file so that nothing is left behind.
struct FilePlan {
    std::string name; ///< as the user wrote it, for messages
    std::string path; ///< absolute, links resolved
    std::string uri;  ///< for sqlite3_open_v2
    FileAccess access = FileAccess::locked;
    FileIdentity identity;
    bool write_ahead = false; ///< in WAL mode, where others may write while a snapshot is read
    bool settled = false;     ///< the snapshot is taken: see settle()
    bool is_copy = false;     ///< of another file: see FileCopy
    /// Of a copy: how many transactions had written to the original; nullopt: not known.
    std::optional<std::int64_t> copied_counter{};
    std::vector<std::string> notes; ///< what the reader of a report should know
};

/// Look at a file and its side files before they are opened.
///
/// The header is read through SQLite, because closing a descriptor of our own would drop the POSIX
/// locks of every other connection that this process has on the file.
/// @throws Error of kind connection or permission that says what is wrong with the file.
FilePlan plan_file(const Location& location);

/// Once the snapshot is taken, nobody who keeps to the locks can change a file in rollback mode:
/// remember what it is like.
/// @throws Error of kind changed if it is another file, of kind connection if its end is missing.
void settle(FilePlan& plan);

/// Is the file still the one that the snapshot is of, as far as can be seen from outside?
/// @throws Error of kind changed.
void require_unchanged(const FilePlan& plan);

} // namespace assay
