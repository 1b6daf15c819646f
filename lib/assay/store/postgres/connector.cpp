// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/connector.hpp"

#include "assay/base/text.hpp"
#include "assay/base/wait.hpp"

#include <fmt/format.h>

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>

namespace assay::postgres {
namespace {

using Clock = std::chrono::steady_clock;

/// How far an attempt came. It tells causes apart in any language of the messages.
enum class Progress : std::uint8_t { nothing, reached_out, server_answered };

Progress progress_of(ConnStatusType status) noexcept {
    if (status == CONNECTION_STARTED) {
        return Progress::reached_out;
    }
    const bool answered = status == CONNECTION_AWAITING_RESPONSE || status == CONNECTION_AUTH_OK ||
                          status == CONNECTION_OK;
    return answered ? Progress::server_answered : Progress::nothing;
}

ConnectionHandle start(const std::string& conninfo, const std::string& sslmode,
                       const SessionOptions& options) {
    // The string of the user comes after what it may change and before what it may not.
    const std::array keywords{"sslmode",          "keepalives",
                              "keepalives_idle",  "keepalives_interval",
                              "keepalives_count", "tcp_user_timeout",
                              "dbname",           "fallback_application_name",
                              "client_encoding",  static_cast<const char*>(nullptr)};
    const std::array values{sslmode.empty() ? nullptr : sslmode.c_str(),
                            "1",
                            "30",
                            "10",
                            "3",
                            "30000",
                            conninfo.c_str(),
                            options.application.c_str(),
                            "UTF8",
                            static_cast<const char*>(nullptr)};
    constexpr int expand_dbname = 1;
    return ConnectionHandle(PQconnectStartParams(keywords.data(), values.data(), expand_dbname));
}

/// @return true when the socket is ready, false when the time is up.
bool wait_for_socket(const PGconn* connection, PostgresPollingStatusType want,
                     Clock::time_point deadline, const Cancellation& cancellation) {
    constexpr std::chrono::milliseconds longest_slice{250};
    const auto events = static_cast<short>(want == PGRES_POLLING_READING ? POLLIN : POLLOUT);
    pollfd watched{.fd = PQsocket(connection), .events = events, .revents = 0};
    for (;;) {
        cancellation.check();
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0) {
            return false;
        }
        if (poll(&watched, 1, static_cast<int>(std::min(left, longest_slice).count())) > 0) {
            return true;
        }
    }
}

/// What became of an attempt to connect.
struct Attempt {
    bool timed_out = false;
    bool asked_for_tls = false; ///< the last thing that was done
    bool was_closed = false;    ///< by the other side, without a word
    Progress progress = Progress::nothing;
};

/// Has the other side gone, without anything left to be read?
bool is_closed(int socket) noexcept {
    char byte = 0;
    const auto got = recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno == ECONNRESET);
}

Attempt drive(PGconn* connection, Clock::time_point deadline, const Cancellation& cancellation) {
    Attempt attempt;
    auto state = PGRES_POLLING_WRITING;
    while (state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED) {
        if (!wait_for_socket(connection, state, deadline, cancellation)) {
            attempt.timed_out = true;
            return attempt;
        }
        attempt.asked_for_tls = PQstatus(connection) == CONNECTION_SSL_STARTUP;
        attempt.was_closed = state == PGRES_POLLING_READING && is_closed(PQsocket(connection));
        state = PQconnectPoll(connection);
        attempt.progress = std::max(attempt.progress, progress_of(PQstatus(connection)));
    }
    return attempt;
}

std::chrono::milliseconds connect_limit(const ConnectionParameters& parameters,
                                        const SessionOptions& options) {
    int seconds = 0;
    const std::string& text = parameters.connect_timeout;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    const bool given = error == std::errc() && end == text.data() + text.size() && seconds > 0;
    return given ? std::chrono::seconds(seconds) : options.connect_timeout;
}

/// The next step, from the server's SQLSTATE where it sent one.
std::string refusal_hint(const PGconn* connection, std::string_view sqlstate) {
    if (PQconnectionNeedsPassword(connection) != 0) {
        return "no password was given: put it in ~/.pgpass (mode 0600), a service file or "
               "PGPASSWORD";
    }
    if (sqlstate == "42501") {
        return "ask for the privilege to connect: GRANT CONNECT ON DATABASE ... TO ...";
    }
    if (sqlstate == "28P01" || PQconnectionUsedPassword(connection) != 0) {
        return "check the user name and the password; a line in ~/.pgpass counts only if the file "
               "has mode 0600 and host, port, database and user match";
    }
    if (sqlstate == "3D000") {
        return "check the name of the database; `psql -l` lists those that exist";
    }
    if (sqlstate.starts_with("28")) {
        return "check the user name, and whether pg_hba.conf on the server lets it in from here";
    }
    if (sqlstate.starts_with("53") || sqlstate.starts_with("57")) {
        return "try again later";
    }
    return "check the connection string";
}

std::string hint_for(const PGconn* connection, const Attempt& attempt, std::string_view sqlstate) {
    if (attempt.asked_for_tls) {
        return "a host that is not this machine is asked for TLS: give the certificate it is "
               "verified with in sslrootcert, or say sslmode=disable in the connection string if "
               "you trust the network";
    }
    switch (attempt.progress) {
    case Progress::nothing:
        return "check the host name and the port, and that the server is running";
    case Progress::reached_out: return "check host and port, and that the server is running";
    case Progress::server_answered: return refusal_hint(connection, sqlstate);
    }
    return {};
}

[[noreturn]] void fail_connect(const PGconn* connection, const ConnectionParameters& parameters,
                               const Attempt& attempt, std::chrono::milliseconds limit) {
    const std::string url = escape_text(display_url(parameters));
    if (attempt.timed_out) {
        throw Error(ErrorKind::connection,
                    fmt::format("cannot connect to {}: no answer within {} s", url,
                                static_cast<double>(limit.count()) / 1000),
                    "check host, port and firewall, or set connect_timeout in the connection "
                    "string");
    }
    const std::string_view message = PQerrorMessage(connection);
    throw Error(ErrorKind::connection,
                fmt::format("cannot connect to {}: {}", url, scrub(message, parameters.secrets)),
                hint_for(connection, attempt, find_sqlstate(message)));
}

/// One attempt, with one deadline over all hosts. @return a connection that may have failed.
ConnectionHandle try_to_connect(const std::string& conninfo, const ConnectionParameters& parameters,
                                const SessionOptions& options, Notices& notices,
                                std::chrono::milliseconds limit, Attempt& attempt) {
    const auto deadline = Clock::now() + limit;
    ConnectionHandle connection =
        start(conninfo, std::string(sslmode_to_ask_for(parameters)), options);
    if (!connection) {
        throw Error(ErrorKind::internal, "libpq has no memory for a connection");
    }
    notices.listen(connection.get());
    // Verbose texts are the only way to learn the SQLSTATE of a refusal from libpq.
    PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
    PQsetErrorContextVisibility(connection.get(), PQSHOW_CONTEXT_NEVER);
    if (PQstatus(connection.get()) != CONNECTION_BAD) {
        attempt = drive(connection.get(), deadline, *options.cancellation);
    }
    return connection;
}

/// Nothing listens, or what does says that it accepts no connections yet (57P03), or it stopped as
/// we came.
bool may_become_ready(const PGconn* connection, const Attempt& attempt) {
    return attempt.progress != Progress::server_answered || attempt.was_closed ||
           find_sqlstate(PQerrorMessage(connection)) == "57P03";
}

/// A string of libpq that may be missing.
std::string text_or_empty(const char* text) { return text != nullptr ? text : ""; }

/// An option as the connection was made with it, wherever it came from.
std::string option_of(PGconn* connection, std::string_view keyword) {
    struct Free {
        void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
    };
    const std::unique_ptr<PQconninfoOption, Free> options(PQconninfo(connection));
    for (const auto* option = options.get(); option != nullptr && option->keyword != nullptr;
         ++option) {
        if (option->keyword == keyword) {
            return text_or_empty(option->val);
        }
    }
    return {};
}

} // namespace

ConnectionHandle connect(const std::string& conninfo, const ConnectionParameters& parameters,
                         const SessionOptions& options, Notices& notices) {
    const auto limit = connect_limit(parameters, options);
    const auto last_try = Clock::now() + options.wait_ready;
    for (bool has_waited = false;; has_waited = true) {
        Attempt attempt;
        ConnectionHandle connection =
            try_to_connect(conninfo, parameters, options, notices, limit, attempt);
        if (PQstatus(connection.get()) == CONNECTION_OK) {
            PQsetErrorVerbosity(connection.get(), PQERRORS_DEFAULT);
            return connection;
        }
        if (Clock::now() >= last_try || !may_become_ready(connection.get(), attempt)) {
            fail_connect(connection.get(), parameters, attempt, limit);
        }
        if (!has_waited) {
            options.observer->note("the server at " + escape_text(display_url(parameters)) +
                                   " is not ready: waiting for it");
        }
        wait_for(std::chrono::seconds(1), *options.cancellation);
    }
}

Protection protection_of(PGconn* connection) {
    if (PQsslInUse(connection) != 0) {
        const bool verified = option_of(connection, "sslmode") == "verify-full";
        return {verified ? "verified" : "unverified",
                text_or_empty(PQsslAttribute(connection, "protocol"))};
    }
    return {route_of(connection) == Route::network ? "none" : "local", ""};
}

Route route_of(const PGconn* connection) {
    const std::string address = text_or_empty(PQhostaddr(connection));
    return route_to(address.empty() ? text_or_empty(PQhost(connection)) : address);
}

ConnectionParameters parameters_of(const PGconn* connection) {
    ConnectionParameters parameters;
    parameters.host = text_or_empty(PQhost(connection));
    parameters.port = text_or_empty(PQport(connection));
    parameters.database = text_or_empty(PQdb(connection));
    parameters.user = text_or_empty(PQuser(connection));
    return parameters;
}

} // namespace assay::postgres
