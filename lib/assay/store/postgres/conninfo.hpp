// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::postgres {

/// A connection string, taken apart.
struct ConnectionParameters {
    std::string host; ///< names or socket directories, comma-separated; empty: libpq's default
    std::string port;
    std::string database;
    std::string user;
    std::string service;
    std::string connect_timeout; ///< seconds, empty if not set
    /// Values that must never be printed: passwords.
    std::vector<std::string> secrets;
};

/// Take a connection string apart; what it leaves open comes from the environment and libpq's
/// defaults, unless a service file will fill it in. A word without '=' is a database name.
/// @throws Error of kind usage, whose text never holds a part of a password.
ConnectionParameters parse_conninfo(std::string_view conninfo);

/// "postgresql://app@db1:5433/shop", "postgresql://app@/shop?host=/run/postgresql".
std::string display_url(const ConnectionParameters& parameters);

/// What libpq or the server said, fit to be shown: on one line, no address that the caller names
/// anyway, no password.
std::string scrub(std::string_view message, const std::vector<std::string>& secrets);

/// The SQLSTATE in an error text of verbosity PQERRORS_VERBOSE, "SEVERITY:  SQLSTATE: message",
/// which is the only place where libpq tells it when a connection was refused.
/// @return five characters, or empty. The severity may be in any language.
std::string_view find_sqlstate(std::string_view message) noexcept;

/// Is it a connection string for libpq, and not a plain database name?
bool is_connection_string(std::string_view text) noexcept;

} // namespace assay::postgres
