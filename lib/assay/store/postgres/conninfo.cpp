// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/conninfo.hpp"

#include "assay/base/text.hpp"
#include "assay/store/postgres/postgres.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <memory>

namespace assay::postgres {
namespace {

struct FreeOptions {
    void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

struct FreeMessage {
    void operator()(char* message) const noexcept { PQfreemem(message); }
};

constexpr std::string_view percent_hint =
    "percent-encode special characters of the password (%2F for /, %40 for @, %25 for %), or put "
    "it in ~/.pgpass";

[[noreturn]] void fail_syntax(std::string_view conninfo, std::string_view reason) {
    // libpq quotes the part that it does not understand; without a password in sight it may.
    const bool may_hold_secret = conninfo.find('@') != std::string_view::npos ||
                                 conninfo.find("pass") != std::string_view::npos;
    if (may_hold_secret) {
        throw Error(ErrorKind::usage, "the connection string is malformed",
                    std::string(percent_hint));
    }
    throw Error(ErrorKind::usage, "the connection string is malformed: " + scrub(reason, {}),
                "write postgresql://user@host:port/database, or host=... dbname=...");
}

Options parse_options(std::string_view conninfo) {
    char* message = nullptr;
    Options options(PQconninfoParse(std::string(conninfo).c_str(), &message));
    const std::unique_ptr<char, FreeMessage> owner(message);
    if (!options) {
        fail_syntax(conninfo, message != nullptr ? message : "out of memory");
    }
    return options;
}

/// The member that holds an option of libpq, nullptr for those that assay does not look at.
std::string* find_parameter(ConnectionParameters& parameters, std::string_view keyword) {
    struct Entry {
        std::string_view keyword;
        std::string ConnectionParameters::*member;
    };
    constexpr Entry entries[] = {
        {"host", &ConnectionParameters::host},
        {"port", &ConnectionParameters::port},
        {"dbname", &ConnectionParameters::database},
        {"user", &ConnectionParameters::user},
        {"service", &ConnectionParameters::service},
        {"connect_timeout", &ConnectionParameters::connect_timeout},
        {"sslmode", &ConnectionParameters::sslmode},
        {"sslrootcert", &ConnectionParameters::sslrootcert},
    };
    for (const auto& entry : entries) {
        if (entry.keyword == keyword) {
            return &(parameters.*entry.member);
        }
    }
    return nullptr;
}

/// Take over the options that are set. Values that are there already stay.
void read_options(const PQconninfoOption* options, ConnectionParameters& parameters) {
    for (; options->keyword != nullptr; ++options) {
        if (options->val == nullptr || *options->val == '\0') {
            continue;
        }
        std::string* parameter = find_parameter(parameters, options->keyword);
        if (parameter != nullptr && parameter->empty()) {
            *parameter = options->val;
        }
        // libpq marks the options that a user interface must hide with a '*'.
        if (std::string_view(options->dispchar) == "*") {
            parameters.secrets.emplace_back(options->val);
        }
    }
}

/// A password that was not percent-encoded ends up in the host, the port or the database name.
void check_misparsed(const ConnectionParameters& parameters) {
    if (parameters.host.find('@') != std::string::npos ||
        parameters.database.find('@') != std::string::npos) {
        throw Error(ErrorKind::usage,
                    "the password contains / or @: percent-encode it (%2F, %40) or put it in "
                    "~/.pgpass",
                    std::string(percent_hint));
    }
    if (parameters.port.find_first_not_of("0123456789,") != std::string::npos) {
        throw Error(ErrorKind::usage, "the port in the connection string is not a number",
                    std::string(percent_hint));
    }
}

bool is_socket_directory(std::string_view host) noexcept { return host.starts_with('/'); }

std::vector<std::string_view> split_list(std::string_view list) {
    std::vector<std::string_view> parts;
    for (std::size_t comma = list.find(','); comma != std::string_view::npos;
         comma = list.find(',')) {
        parts.push_back(list.substr(0, comma));
        list.remove_prefix(comma + 1);
    }
    parts.push_back(list);
    return parts;
}

/// Names in a URL must not look like its punctuation.
std::string encode_part(std::string_view part) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char letter : part) {
        if (std::string_view("@/:?#&%").find(letter) == std::string_view::npos) {
            encoded += letter;
            continue;
        }
        const auto byte = static_cast<unsigned char>(letter);
        encoded += '%';
        encoded += digits[byte >> 4U];
        encoded += digits[byte & 0x0fU];
    }
    return encoded;
}

constexpr std::string_view default_port = "5432";

/// "h1:5433,h2", each port beside its host. One port serves all hosts.
std::string display_hosts(const std::vector<std::string_view>& hosts, std::string_view ports) {
    const auto port_list = split_list(ports);
    std::string text;
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        const auto port = port_list[std::min(i, port_list.size() - 1)];
        const bool is_address = hosts[i].find(':') != std::string_view::npos;
        text += i > 0 ? "," : "";
        text += is_address ? "[" + std::string(hosts[i]) + "]" : encode_part(hosts[i]);
        if (!port.empty() && port != default_port) {
            text += ':';
            text += port;
        }
    }
    return text;
}

void append_query(std::string& url, std::string_view keyword, std::string_view value) {
    if (value.empty()) {
        return;
    }
    url += url.find('?') == std::string::npos ? '?' : '&';
    url += keyword;
    url += '=';
    url += value;
}

void replace_all(std::string& text, std::string_view old, std::string_view replacement) {
    for (std::size_t at = text.find(old); at != std::string::npos;
         at = text.find(old, at + replacement.size())) {
        text.replace(at, old.size(), replacement);
    }
}

} // namespace

bool is_connection_string(std::string_view text) noexcept {
    return text.empty() || text.find('=') != std::string_view::npos ||
           text.starts_with("postgresql://") || text.starts_with("postgres://");
}

ConnectionParameters parse_conninfo(std::string_view conninfo) {
    ConnectionParameters parameters;
    if (is_connection_string(conninfo)) {
        read_options(parse_options(conninfo).get(), parameters);
    } else {
        parameters.database = conninfo;
    }
    check_misparsed(parameters);
    // The service file comes before the environment, and only libpq reads it.
    if (parameters.service.empty()) {
        const bool said_sslmode = !parameters.sslmode.empty();
        const Options defaults(PQconndefaults());
        if (defaults) {
            read_options(defaults.get(), parameters);
        }
        if (!said_sslmode && parameters.sslmode == "prefer") {
            parameters.sslmode.clear(); // the default of libpq
        }
        if (parameters.database.empty()) {
            parameters.database = parameters.user;
        }
    }
    return parameters;
}

std::string display_url(const ConnectionParameters& parameters) {
    std::string url = "postgresql://";
    if (!parameters.user.empty()) {
        url += encode_part(parameters.user) + "@";
    }
    const auto hosts = split_list(parameters.host);
    const bool socket = is_socket_directory(parameters.host);
    const bool named = !socket && !parameters.host.empty();
    if (named) {
        url += display_hosts(hosts, parameters.port);
    }
    if (!parameters.database.empty()) {
        url += "/" + encode_part(parameters.database);
    }
    if (socket) {
        append_query(url, "host", parameters.host);
    }
    if (!named && parameters.port != default_port) {
        append_query(url, "port", parameters.port);
    }
    append_query(url, "service", parameters.service);
    return url;
}

Route route_to(std::string_view host) noexcept {
    if (host.empty() || is_socket_directory(host)) {
        return Route::socket;
    }
    return host == "localhost" || host == "::1" || host.starts_with("127.") ? Route::loopback
                                                                            : Route::network;
}

bool is_local_host(std::string_view host) noexcept { return route_to(host) != Route::network; }

std::string_view sslmode_to_ask_for(const ConnectionParameters& parameters) noexcept {
    const auto hosts = split_list(parameters.host);
    const bool local = std::all_of(hosts.begin(), hosts.end(), is_local_host);
    if (local || !parameters.sslmode.empty() || !parameters.service.empty()) {
        return {};
    }
    return parameters.sslrootcert.empty() ? "require" : "verify-full";
}

std::string scrub(std::string_view message, const std::vector<std::string>& secrets) {
    std::string text(message);
    for (const auto& secret : secrets) {
        replace_all(text, secret, "***"); // before the line is cut: a password may hold its end
    }
    text.erase(std::min(text.size(), text.find('\n')));
    // "connection to server at "h" (1.2.3.4), port 5432 failed: " repeats what the caller says.
    constexpr std::string_view end_of_address = " failed: ";
    const std::size_t address = text.find(end_of_address);
    if (address != std::string::npos && text.starts_with("connection to server")) {
        text.erase(0, address + end_of_address.size());
    }
    const std::string_view sqlstate = find_sqlstate(text);
    if (!sqlstate.empty()) {
        const auto at = static_cast<std::size_t>(sqlstate.data() - text.data());
        text.erase(0, std::min(text.size(), at + sqlstate.size() + std::size_t{2}));
    }
    return escape_text(trim_ascii(text));
}

std::string_view find_sqlstate(std::string_view message) noexcept {
    constexpr std::size_t state_size = 5;
    constexpr std::string_view before = ":  ";
    const auto is_state_letter = [](char letter) {
        return (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z');
    };
    for (std::size_t at = message.find(before); at != std::string_view::npos;
         at = message.find(before, at + 1)) {
        const auto state = message.substr(at + before.size(), state_size);
        if (state.size() == state_size &&
            std::all_of(state.begin(), state.end(), is_state_letter) &&
            message.substr(at + before.size() + state_size).starts_with(':')) {
            return state;
        }
    }
    return {};
}

} // namespace assay::postgres

namespace assay {

std::string display_postgres(std::string_view conninfo) {
    try {
        return postgres::display_url(postgres::parse_conninfo(conninfo));
    } catch (const Error&) {
        return "postgresql://***";
    }
}

} // namespace assay
