// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/error.hpp"
#include "assay/store/store.hpp"

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
    /// What the user said of encryption; empty if nothing, or if only PGSSLMODE says "prefer",
    /// which is what libpq takes for nothing too.
    std::string sslmode;
    std::string sslrootcert;
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

/// The sslmode to ask for where nobody said one and the way leaves this machine, on which libpq's
/// own "prefer" lets anybody in between switch encryption off: "verify-full" where there is a root
/// certificate to verify with, "require" otherwise (which verifies the certificate, but not the
/// name in it, if ~/.postgresql/root.crt is there). Empty: what libpq does by itself; so also with
/// a service file, which only libpq reads. Source: postgresql.org/docs/15/libpq-ssl.html,
/// table 34.1
std::string_view sslmode_to_ask_for(const ConnectionParameters& parameters) noexcept;

/// Where a connection to a host goes: a name, an address or a socket directory.
Route route_to(std::string_view host) noexcept;

/// Is it a socket directory, or an address of the machine itself?
bool is_local_host(std::string_view host) noexcept;

/// Is it a connection string for libpq, and not a plain database name?
bool is_connection_string(std::string_view text) noexcept;

} // namespace assay::postgres
