// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

enum class StoreKind : std::uint8_t { sqlite, postgresql };
/// "sqlite", "postgresql".
std::string_view to_string(StoreKind kind) noexcept;

/// Looks up an environment variable; nullopt if it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// Where a database is, as the user said it, sorted out but not yet opened.
struct Location {
    StoreKind kind = StoreKind::sqlite;
    /// SQLite: the path. Postgres: a connection string for libpq (may hold a password: never print
    /// it); empty means libpq's own defaults.
    std::string target;
    bool immutable = false; ///< SQLite: the user asserts that nobody writes (file:...?immutable=1)
    std::string default_schema; ///< from ?schema=x, or empty
};

/// Understand what the user typed for DB: a path, sqlite:PATH, sqlite:///PATH, file: URI,
/// postgresql://, postgres://, postgresql+driver://, jdbc:postgresql://, "host=... dbname=...",
/// "service=...", or a bare database name. Empty text means ASSAY_DATABASE_URL, then DATABASE_URL,
/// then libpq's own defaults. A word is a file when it exists as one, ends like one (.db, .sqlite3,
/// .snapshot, ...) or holds a '/'; otherwise a Postgres database name.
/// @throws Error of kind usage. Its text never repeats a password.
Location parse_location(std::string_view text, const Environment& environment);

/// A location without its secrets: "postgresql://app@db1/shop", or the path. Not escaped.
std::string display_location(const Location& location);

} // namespace assay
