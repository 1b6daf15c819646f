// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sqlite/file_plan.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/store/sqlite/file_system.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

namespace assay {
namespace {

using Header = std::array<unsigned char, 100>;

/// The smallest page, and so the smallest database.
constexpr std::int64_t smallest_database = 512;
constexpr std::string_view magic("SQLite format 3\0", 16);
constexpr std::size_t read_version_offset = 19;
constexpr unsigned char rollback_format = 1;
constexpr unsigned char wal_format = 2;
constexpr std::size_t page_size_offset = 16;
constexpr std::size_t change_counter_offset = 24;
constexpr std::size_t page_count_offset = 28;
constexpr std::size_t counter_of_page_count_offset = 92;

std::optional<struct stat> stat_of(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) {
        return std::nullopt;
    }
    return status;
}

std::int64_t nanoseconds(const timespec& time) noexcept {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

FileIdentity identity_of(const struct stat& status) noexcept {
    return {status.st_dev, status.st_ino, status.st_size, nanoseconds(status.st_mtim),
            nanoseconds(status.st_ctim)};
}

/// Size in bytes, nullopt if there is no such file.
std::optional<std::int64_t> size_of(const std::string& path) {
    const auto status = stat_of(path);
    return status ? std::optional<std::int64_t>(status->st_size) : std::nullopt;
}

/// "did you mean 'shop.db'?" from the files beside a missing one, or empty.
std::string near_files(const std::string& name) {
    constexpr std::size_t most = 1000;
    const std::filesystem::path path(name);
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    std::vector<std::string> names;
    std::error_code error;
    auto entry = std::filesystem::directory_iterator(folder, error);
    while (!error && entry != std::filesystem::directory_iterator() && names.size() < most) {
        if (entry->is_regular_file(error)) {
            names.push_back(entry->path().filename().string());
        }
        entry.increment(error);
    }
    std::sort(names.begin(), names.end());
    return did_you_mean(path.filename().string(), names);
}

[[noreturn]] void throw_not_found(const std::string& name, int error) {
    if (error == EACCES) {
        throw Error(ErrorKind::permission,
                    fmt::format("no permission to look into the folder of '{}'", name));
    }
    if (error == ENOENT) {
        std::string hint = near_files(name);
        if (hint.empty()) {
            hint = "check the path; a Postgres database is named by postgresql://HOST/" + name;
            if (name.find('/') != std::string::npos) {
                hint = "check the path";
            }
        }
        throw Error(ErrorKind::connection, fmt::format("'{}' does not exist", name), hint);
    }
    throw Error(ErrorKind::connection, fmt::format("'{}' cannot be opened: {}", name,
                                                   std::generic_category().message(error)));
}

void require_regular(const std::string& name, mode_t mode) {
    const auto refuse = [&name](std::string_view what) {
        throw Error(ErrorKind::connection,
                    fmt::format("'{}' is {}, not a database file", name, what),
                    "name the SQLite file itself");
    };
    if (S_ISDIR(mode)) {
        refuse("a directory");
    }
    if (S_ISFIFO(mode)) {
        refuse("a named pipe");
    }
    if (S_ISSOCK(mode)) {
        refuse("a socket");
    }
    if (S_ISCHR(mode) || S_ISBLK(mode)) {
        refuse("a device");
    }
    if (!S_ISREG(mode)) {
        refuse("no regular file");
    }
}

void require_size(const std::string& name, std::int64_t size) {
    if (size == 0) {
        throw Error(ErrorKind::connection, fmt::format("'{}' is empty (0 bytes)", name),
                    "a database that was never written has nothing to check; see who creates it");
    }
    if (size < smallest_database) {
        throw Error(ErrorKind::connection,
                    fmt::format("'{}' is too small to be a SQLite database ({})", name,
                                count_of(size, "byte")));
    }
}

void require_readable(const std::string& path, const std::string& name) {
    if (::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) != 0) {
        throw Error(ErrorKind::permission, fmt::format("no permission to read '{}'", name),
                    "run as a user who may read it");
    }
}

std::string resolve(const std::string& name) {
    const std::unique_ptr<char, decltype(&std::free)> path(::realpath(name.c_str(), nullptr),
                                                           &std::free);
    if (!path) {
        throw_not_found(name, errno);
    }
    return path.get();
}

/// A file: URI of SQLite for exactly this path.
std::string uri_of(const std::string& path, std::string_view parameters) {
    static constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    std::string uri = "file:";
    for (const char c : path) {
        if (plain.find(c) != std::string_view::npos) {
            uri.push_back(c);
        } else {
            fmt::format_to(std::back_inserter(uri), "%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return uri.append(parameters);
}

Header read_header(const std::string& path, const std::string& name) {
    try {
        SQLite::Database database(uri_of(path, "?mode=ro"), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI |
                                                                SQLITE_OPEN_NOMUTEX |
                                                                SQLITE_OPEN_PRIVATECACHE);
        sqlite3_file* file = nullptr;
        Header header{};
        if (sqlite3_file_control(database.getHandle(), "main", SQLITE_FCNTL_FILE_POINTER, &file) !=
                SQLITE_OK ||
            file == nullptr || file->pMethods == nullptr ||
            file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()), 0) !=
                SQLITE_OK) {
            throw Error(ErrorKind::connection,
                        fmt::format("the start of '{}' cannot be read", name));
        }
        return header;
    } catch (const SQLite::Exception& error) {
        throw Error(ErrorKind::connection,
                    fmt::format("'{}' cannot be opened: {}", name, error.what()));
    }
}

/// @return the read version of the file format: rollback or WAL.
unsigned char require_database(const Header& header, const std::string& name) {
    if (!std::equal(magic.begin(), magic.end(), header.begin(),
                    [](char a, unsigned char b) { return static_cast<unsigned char>(a) == b; })) {
        throw Error(ErrorKind::connection,
                    fmt::format("'{}' is not a SQLite database, or it is encrypted", name),
                    "check that this is the right file");
    }
    const unsigned char version = header[read_version_offset];
    if (version > wal_format) {
        throw Error(ErrorKind::connection,
                    fmt::format("'{}' has a file format that is too new for SQLite {} (version {})",
                                name, sqlite3_libversion(), version),
                    "install a newer SQLite library");
    }
    if (version < rollback_format) {
        throw Error(ErrorKind::connection,
                    fmt::format("'{}' is not a SQLite database: its format version is 0", name));
    }
    return version;
}

/// A big-endian number of the header.
std::uint32_t number_at(const Header& header, std::size_t offset, std::size_t bytes) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
        number = number << 8U | header[offset + i];
    }
    return number;
}

/// The size that the header gives, 0 where it gives none (databases of SQLite before 3.7).
std::int64_t size_in_header(const Header& header) {
    const std::uint32_t page = number_at(header, page_size_offset, 2);
    const bool counted = number_at(header, change_counter_offset, 4) ==
                         number_at(header, counter_of_page_count_offset, 4);
    constexpr std::int64_t largest_page = 65536; // written as 1
    const std::int64_t page_bytes = page == 1 ? largest_page : std::int64_t{page};
    return counted ? page_bytes * number_at(header, page_count_offset, 4) : 0;
}

/// SQLite reads zeros where the last page is cut in the middle.
void require_whole(const FilePlan& plan) {
    const std::int64_t due = size_in_header(read_header(plan.path, plan.name));
    if (plan.identity.size >= due) {
        return;
    }
    throw Error(ErrorKind::connection,
                fmt::format("'{}' is damaged: it has {} of {}", plan.name, plan.identity.size,
                            count_of(due, "byte")),
                "it was cut or not copied whole: copy it again, or restore a backup");
}

/// May the file be in this state while the snapshot of a plan is read?
bool is_expected(const FilePlan& plan, const struct stat& status) {
    const FileIdentity now = identity_of(status);
    if (plan.access == FileAccess::immutable) {
        return now == plan.identity && size_of(plan.path + "-wal").value_or(0) == 0;
    }
    const bool is_same_file =
        now.device == plan.identity.device && now.inode == plan.identity.inode;
    const bool may_be_written = plan.write_ahead || !plan.settled;
    return is_same_file && (may_be_written || (now.size == plan.identity.size &&
                                               now.modified_ns == plan.identity.modified_ns));
}

/// What the user asserted with immutable=1 must be possible: pending changes outside of the file
/// would be overlooked.
void require_no_pending(const FilePlan& plan) {
    for (const std::string_view suffix : {"-wal", "-journal"}) {
        const auto size = size_of(plan.path + std::string(suffix));
        if (size.value_or(0) > 0) {
            throw Error(ErrorKind::connection,
                        fmt::format("'{}' cannot be read as immutable: '{}{}' holds {}", plan.name,
                                    plan.name, suffix, count_of(*size, "byte")),
                        "leave out immutable=1");
        }
    }
}

/// Decide for a file in WAL mode.
void plan_wal(FilePlan& plan) {
    const std::string wal = plan.path + "-wal";
    const std::string shm = plan.path + "-shm";
    const auto wal_size = size_of(wal);
    const bool has_shm = size_of(shm).has_value();
    if (!wal_size || (*wal_size == 0 && !has_shm)) {
        // Nobody has the file open, and everything is in it. A normal connection would create
        // the -wal and -shm files, could not remove them, and could lock out the owner.
        plan.access = FileAccess::immutable;
        plan.notes.push_back(fmt::format("'{}' is in WAL mode and nobody has it open: it was read "
                                         "without locks, and compared before and after",
                                         plan.name));
        return;
    }
    require_readable(wal, plan.name + "-wal");
    if (!has_shm) {
        throw Error(ErrorKind::connection,
                    fmt::format("'{0}' has a write-ahead log but no '{0}-shm', which only a "
                                "program that may write can restore",
                                plan.name),
                    "open it once with the application that owns it, or run 'sqlite3 COPY .tables' "
                    "on a copy of both files and check the copy");
    }
    require_readable(shm, plan.name + "-shm");
    constexpr std::int64_t large = 64 << 20;
    if (*wal_size > large) {
        plan.notes.push_back(
            fmt::format("'{}-wal' has {} MB: no checkpoint gets through, as long as "
                        "somebody always reads",
                        plan.name, *wal_size / 1'000'000));
    }
}

} // namespace

FilePlan plan_file(const Location& location) {
    FilePlan plan;
    plan.name = location.target;
    const auto status = stat_of(plan.name);
    if (!status) {
        throw_not_found(plan.name, errno);
    }
    require_regular(plan.name, status->st_mode);
    require_size(plan.name, status->st_size);
    require_readable(plan.name, plan.name);
    plan.path = resolve(plan.name);
    plan.identity = identity_of(*status);
    const unsigned char version = require_database(read_header(plan.path, plan.name), plan.name);
    plan.write_ahead = version == wal_format;
    if (location.immutable) {
        plan.access = FileAccess::immutable;
        require_no_pending(plan);
    } else if (plan.write_ahead) {
        plan_wal(plan);
    }
    if (const auto kind = remote_file_system_of(plan.path); !kind.empty()) {
        plan.notes.push_back(fmt::format(
            "'{}' lies on {}, where locks may not hold: check a copy of it", plan.name, kind));
    }
    // readonly_shm: the shared index of a WAL is used if it is alive and rebuilt in memory if it is
    // not, but never written.
    plan.uri = uri_of(plan.path, plan.access == FileAccess::immutable ? "?mode=ro&immutable=1"
                                                                      : "?mode=ro&readonly_shm=1");
    return plan;
}

void settle(FilePlan& plan) {
    require_unchanged(plan);
    const auto status = stat_of(plan.path);
    if (status) {
        plan.identity = identity_of(*status);
    }
    plan.settled = true;
    require_unchanged(plan);
    if (plan.access == FileAccess::immutable || !plan.write_ahead) {
        require_whole(plan);
    }
}

void require_unchanged(const FilePlan& plan) {
    const auto status = stat_of(plan.path);
    if (status && is_expected(plan, *status)) {
        return;
    }
    throw Error(ErrorKind::changed,
                fmt::format("'{}' was {} while it was read", plan.name,
                            status ? "changed or replaced" : "deleted"),
                "run again");
}

} // namespace assay
